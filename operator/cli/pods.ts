import {builtin, type KubeObject} from "../runtime/types.ts";
import type {Connection} from "./connection.ts";
import type {Target} from "./exec.ts";

interface Container {
  app: string;
  container: string;
}

/** The container that has the addresses and credentials for our programs, by the name of the pipeline and of a component. */
export const containerOf = (pipeline: string, component: string): Container => ({
  app: `${pipeline}-${component}`,
  container: component,
});

/** That of the program that fills a store. */
export const ingesterOf = (pipeline: string, store: string): Container => containerOf(pipeline, `ingester-${store}`);

export const podsOf = async (
  {client, namespace}: Pick<Connection, "client" | "namespace">,
  app: string,
): Promise<KubeObject[]> =>
  (await client.list(builtin.pod, {namespace, labelSelector: `app.kubernetes.io/name=${app}`})).items;

/**
 * A ready pod of the first of these containers that has one.
 *
 * @throws Error naming those that have none
 */
export async function readyPod(connection: Connection, name: string, containers: Container[]): Promise<Target> {
  const {namespace} = connection;
  for (const {app, container} of containers) {
    const ready = (await podsOf(connection, app)).find(isReady);
    if (ready) return {namespace, pod: ready.metadata.name, container};
  }
  const apps = containers.map(({app}) => app).join(" or ");
  throw new Error(`no pod of ${apps} is ready in namespace ${namespace}: see telemetry-operator status ${name}`);
}

const isReady = ({metadata, status}: KubeObject): boolean =>
  !metadata.deletionTimestamp &&
  status?.conditions?.some(({type, status: is}: any) => type === "Ready" && is === "True");
