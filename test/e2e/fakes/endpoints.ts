import {readFileSync} from "node:fs";
import {join} from "node:path";
import {defaultImages} from "../../../cdk8s/context.ts";
import {kubectl} from "../../../cluster/lifecycle.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {instance} from "../cluster.ts";

/** What one of the fake's endpoints was sent. */
export interface Received {
  at: number;
  /** A path, or smtp. */
  to: string;
  refused: boolean;
  headers: Record<string, string>;
  body: string;
}

const NAME = "endpoints";
/** Its address in the cluster. */
export const HOST = `${NAME}.default.svc.cluster.local`;

/** Starts the fake endpoints as a pod of their own. */
export async function startEndpoints(): Promise<() => Promise<Received[]>> {
  const labels = {app: NAME};
  const objects = [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {name: NAME},
      data: {"endpoints.mjs": readFileSync(join(import.meta.dirname, "endpoints.mjs"), "utf8")},
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {name: NAME},
      spec: {
        selector: labels,
        ports: [
          {name: "http", port: 8080},
          {name: "smtp", port: 2525},
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {name: NAME, labels},
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: NAME,
            image: defaultImages.workloads,
            args: ["/fakes/endpoints.mjs"],
            readinessProbe: {tcpSocket: {port: 2525}, periodSeconds: 1},
            volumeMounts: [{name: "fakes", mountPath: "/fakes"}],
          },
        ],
        volumes: [{name: "fakes", configMap: {name: NAME}}],
      },
    },
  ];
  await kubectl(instance, ["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items: objects}));
  await kubectl(instance, ["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=240s"]);
  const path = `/api/v1/namespaces/default/services/${NAME}:http/proxy/received`;
  const received = async (): Promise<Received[]> => JSON.parse(await kubectl(instance, ["get", "--raw", path]));
  await waitFor("the endpoints", 240_000, received);
  return received;
}

export const stopEndpoints = () =>
  kubectl(instance, ["delete", "--ignore-not-found", "pod,service,configmap", NAME, "--wait=false"]);
