import {telemetryPipeline} from "../api/crd.ts";
import type {PipelineStatus} from "../api/schema.ts";
import {readyCondition} from "../reconcile/status.ts";
import {isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {KubeObject} from "../runtime/types.ts";
import {type Found, table} from "./output.ts";

/** Components and freshness of one pipeline, or of all in a namespace (or everywhere). */
export async function status(client: KubeClient, namespace: string | undefined, name?: string): Promise<Found> {
  const all = await client.list(telemetryPipeline, {namespace}).catch((error) => {
    if (isNotFound(error)) throw new Error("the cluster does not know TelemetryPipeline: install the operator first");
    throw error;
  });
  const pipelines = all.items.filter(({metadata}) => !name || metadata.name === name);
  const where = namespace ? `namespace ${namespace}` : "any namespace";
  if (pipelines.length === 0) throw new Error(`no pipeline ${name ?? ""} in ${where}`.replace("  ", " "));
  return {
    text: pipelines.map(describe).join("\n\n"),
    data: pipelines.map(({metadata, status: seen}) => ({namespace: metadata.namespace, name: metadata.name, ...seen})),
    ok: pipelines.every(({status: seen}) => readyCondition(seen ?? {})?.status === "True"),
  };
}

function describe({metadata, status: seen = {}}: KubeObject): string {
  const {phase = "Pending", components = [], freshness = []} = seen as PipelineStatus;
  const ready = readyCondition(seen);
  const head = `${metadata.namespace}/${metadata.name}: ${phase}${ready ? ` (${ready.reason}: ${ready.message})` : ""}`;
  const parts = components.map(({name, ready: is, version, since, message}) => [
    `  ${name}`,
    is ? "ready" : "not ready",
    version ?? "",
    `since ${since}`,
    is ? "" : (message ?? ""),
  ]);
  const rows = freshness.map(({store, seconds, rows: count, problem}) => [
    `  ${store}`,
    problem ?? (seconds === undefined ? "no row yet" : `newest row ${seconds} s old`),
    count === undefined ? "" : `${count} rows written`,
  ]);
  return [head, ...(parts.length ? [table(parts)] : []), ...(rows.length ? [table(rows)] : [])].join("\n");
}
