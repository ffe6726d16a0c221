import {Yaml} from "cdk8s";
import {dashboardsOf} from "../cdk8s/dashboards/all.ts";
import {install} from "../cdk8s/install.ts";
import {components} from "./components/all.ts";

/** Every dashboard that comes with the operator. */
export const dashboards = await dashboardsOf(components);

/** The objects of an installation; `node operator/install.ts` prints them as YAML. */
export const installation = (options: Parameters<typeof install>[2] = {}): object[] =>
  install(components, dashboards, options);

if (import.meta.main) {
  const {IMAGE_DIGEST: imageDigest = "", SERVICE_MONITOR} = process.env;
  console.log(Yaml.stringify(...installation({imageDigest, serviceMonitor: SERVICE_MONITOR === "true"})));
}
