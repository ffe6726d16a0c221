import {createClient, loadClusterConfig} from "../runtime/client.ts";
import {builtin} from "../runtime/types.ts";
import type {Target} from "./exec.ts";

/** What somebody wants to know of a pipeline's data. */
export interface Asked {
  name: string | undefined;
  action: string | undefined;
  namespace: string | undefined;
  kubeconfig: string | undefined;
  output: string | undefined;
  store?: string | undefined;
  vehicle?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit?: string | undefined;
  resume?: string | undefined;
  file?: string | undefined;
}

/** A ready ingester of the first store that has one: its pod has the addresses and credentials of Kafka and its store. */
export const ingester = (name: string, stores: string[], asked: Asked): Promise<Target> =>
  readyPod(
    asked,
    stores.map((store) => ({app: `${name}-ingester-${store}`, container: `ingester-${store}`})),
    name,
  );

/** A ready pod of the first app that has one. */
export async function readyPod(
  {kubeconfig, namespace}: Asked,
  apps: {app: string; container: string}[],
  name: string,
): Promise<Target> {
  const config = await loadClusterConfig(kubeconfig);
  const where = namespace ?? config.namespace;
  const client = createClient(config);
  try {
    for (const {app, container} of apps) {
      const {items} = await client.list(builtin.pod, {
        namespace: where,
        labelSelector: `app.kubernetes.io/name=${app}`,
      });
      const ready = items.find(
        ({metadata, status}) =>
          !metadata.deletionTimestamp &&
          status?.conditions?.some((condition: any) => condition.type === "Ready" && condition.status === "True"),
      );
      if (ready) return {namespace: where, pod: ready.metadata.name, container};
    }
  } finally {
    await client.close();
  }
  const wanted = apps.map(({app}) => app).join(" or ");
  throw new Error(`no pod of ${wanted} is ready in namespace ${where}: see telemetry-operator status ${name}`);
}
