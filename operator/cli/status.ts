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
    age(since),
    is ? "" : (message ?? ""),
  ]);
  const rows = freshness.map(({store, seconds, rows: count, lag, problem}) => [
    `  ${store}`,
    problem ?? (seconds === undefined ? "no row yet" : `newest row ${seconds} s old`),
    count === undefined ? "" : `${count} rows written`,
    lag ? `${lag} events wait` : "",
  ]);
  const sections = [
    [head],
    notes(seen),
    parts.length > 0 ? [table([["  COMPONENT", "STATE", "VERSION", "FOR", "MESSAGE"], ...parts])] : [],
    rows.length > 0 ? [table(rows)] : [],
  ];
  return sections.flat().join("\n");
}

/** What else a person should know: what is not carried out, not watched, or told to nobody. */
function notes({conditions = []}: PipelineStatus): string[] {
  const said = new Set([readyCondition({conditions})?.message]);
  const told = ["Valid", "Reconciled", "Monitored", "Alerting"].flatMap((type) =>
    conditions.filter((condition) => condition.type === type && condition.status === "False"),
  );
  return told.flatMap(({type, reason, message}) => {
    if (said.has(message)) return [];
    said.add(message);
    return [`  ${type}=False, ${reason}: ${message}`];
  });
}

/** How long ago, as kubectl shows it: 45s, 12m, 3h, 9d. */
export function age(since: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1_000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
