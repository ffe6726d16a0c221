import {crd, telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ApiError, createClient, type KubeClient, loadClusterConfig} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {kubeconfig} from "./cluster.ts";

export const pipeline = (spec: object, name = "fleet") => ({
  apiVersion: telemetryPipeline.apiVersion,
  kind: telemetryPipeline.kind,
  metadata: {name, namespace: "default"},
  spec,
});

/** The API server with the definition of this tree. */
export async function defined() {
  const client = createClient(await loadClusterConfig(kubeconfig));
  await client.apply(builtin.customResourceDefinition, crd() as any, {fieldManager: "test"});
  await waitFor("the definition", 240_000, async () => {
    const live = await client.get(builtin.customResourceDefinition, {name: crd().metadata.name});
    return live?.status?.conditions?.some(({type, status}: any) => type === "Established" && status === "True");
  });
  return client;
}

/** The API server's message for a spec that it must refuse. */
export async function refusalBy(client: KubeClient, spec: object, name?: string): Promise<string> {
  try {
    await client.apply(telemetryPipeline, pipeline(spec, name), {fieldManager: "test", dryRun: true});
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return "accepted";
}
