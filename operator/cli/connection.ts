import type {KubeConfig} from "@kubernetes/client-node";
import {telemetryPipeline} from "../../api/crd.ts";
import {isNotFound, isUnreachable} from "../runtime/api-error.ts";
import {createClient, type KubeClient, loadClusterConfig} from "../runtime/client.ts";
import type {KubeObject} from "../runtime/types.ts";
import {type Findings, report} from "./output.ts";

/** The options of every command that talks to a cluster. */
export interface ClusterOptions {
  namespace?: string | undefined;
  context?: string | undefined;
  kubeconfig?: string | undefined;
}

export interface Connection {
  client: KubeClient;
  namespace: string;
  /** For commands in pods. */
  kubeConfig(): Promise<KubeConfig>;
}

/**
 * Does some work on the cluster that the options name, and closes the connection.
 *
 * @throws Error naming the API server when it does not answer
 */
export async function onCluster<T>(
  {namespace, context, kubeconfig}: ClusterOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const config = await loadClusterConfig(kubeconfig, context);
  const client = createClient(config);
  // Its import takes as long as a command that needs no pod.
  const kubeConfig = async () => (await import("../runtime/kubeconfig.ts")).loadKubeConfig(kubeconfig, context);
  try {
    return await work({client, namespace: namespace ?? config.namespace, kubeConfig});
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new Error(`the API server ${config.server} does not answer: ${(error as Error).message}`);
  } finally {
    await client.close();
  }
}

/** Finds something out on the cluster and prints it; returns the exit code. */
export const reportFrom = (
  {output, ...options}: ClusterOptions & {output: string},
  find: (connection: Connection) => Promise<Findings>,
): Promise<number> => onCluster(options, async (connection) => report(await find(connection), output));

/** @throws Error if it is not there */
export async function getPipeline({client, namespace}: Connection, name: string): Promise<KubeObject> {
  const pipeline = await client.get(telemetryPipeline, {name, namespace});
  if (!pipeline) throw new Error(`no pipeline ${name} in namespace ${namespace}`);
  return pipeline;
}

/**
 * The pipelines of a namespace; undefined: of all.
 *
 * @throws Error if the operator's definition is not installed
 */
export async function listPipelines(client: KubeClient, namespace: string | undefined): Promise<KubeObject[]> {
  try {
    return (await client.list(telemetryPipeline, {namespace})).items;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error("the cluster has no definition of TelemetryPipeline: install the operator first");
  }
}
