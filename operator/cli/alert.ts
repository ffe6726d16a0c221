import {telemetryPipeline} from "../../api/crd.ts";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import {builtin} from "../runtime/types.ts";
import type {Found} from "./output.ts";

/** The test alert ends by itself after this long, so that its end is told as well. */
const LASTS_MS = 60_000;
/** What the Prometheus operator labels the Service of each Alertmanager with. */
const OPERATED = "operated-alertmanager=true";

/**
 * Sends a test alert the way every alert goes: Alertmanager, its routes, the receivers.
 *
 * @throws Error naming what is missing
 */
export async function testAlert(
  client: KubeClient,
  namespace: string,
  name: string | undefined,
  severity = "critical",
): Promise<Found> {
  if (!name) throw new Error("alert test needs the NAME of a pipeline");
  if (severity !== "critical" && severity !== "warning")
    throw new Error(`--severity is "${severity}": use critical or warning`);
  const pipeline = await client.get(telemetryPipeline, {name, namespace});
  if (!pipeline) throw new Error(`no pipeline ${name} in namespace ${namespace}`);
  const {receivers = []} = (pipeline.spec as PipelineSpec).observability?.alerting ?? {};
  const told = receivers.filter(({severities = ["critical", "warning"]}) => severities.includes(severity));
  const services = (await client.list(builtin.service, {labelSelector: OPERATED})).items;
  if (services.length === 0)
    throw new Error("no Alertmanager of a Prometheus operator is in this cluster: nobody can be told of anything");
  const now = Date.now();
  const alert = {
    labels: {alertname: "TelemetryTest", pipeline: name, namespace, severity},
    annotations: {summary: "This is a test of the notifications.", action: "Nothing has to be done."},
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + LASTS_MS).toISOString(),
  };
  for (const {metadata} of services) {
    const path = `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}:9093/proxy/api/v2/alerts`;
    // Alertmanager takes it with an empty answer.
    await client.request("POST", path, [alert]).catch((error) => {
      if (!(error instanceof ApiError && error.status === 200)) throw error;
    });
  }
  const condition = pipeline.status?.conditions?.find(({type}: any) => type === "Alerting");
  const problem = condition?.status === "True" ? "" : `\nAlerting is False: ${condition?.message ?? "not known yet"}`;
  const names = told.map((one) => one.name);
  return {
    text: `TelemetryTest (${severity}) is sent; it ends in a minute. Told of it: ${names.join(", ") || "nobody"}${problem}`,
    data: {
      alert,
      receivers: names,
      alertmanagers: services.map(({metadata}) => `${metadata.namespace}/${metadata.name}`),
    },
    ok: names.length > 0 && !problem,
  };
}
