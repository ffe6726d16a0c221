import {telemetryPipeline} from "../../api/crd.ts";
import type {PipelineStatus} from "../../api/status.ts";
import {type Answer, secondsOf} from "../reconcile/freshness.ts";
import {readyCondition} from "../reconcile/status.ts";
import {isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {KubeObject} from "../runtime/types.ts";
import type {AskStore} from "./ask.ts";
import {type Found, table} from "./output.ts";

/** What a store's ingester says now, or why it says nothing. */
type Live = {store: string} & (Answer | {unanswered: string});

/** Components and freshness of one pipeline, or of all in a namespace (or everywhere). Figures that move are asked for, live. */
export async function status(
  client: KubeClient,
  ask: AskStore,
  namespace: string | undefined,
  name?: string,
): Promise<Found> {
  const all = await client.list(telemetryPipeline, {namespace}).catch((error) => {
    if (isNotFound(error)) throw new Error("the cluster does not know TelemetryPipeline: install the operator first");
    throw error;
  });
  const pipelines = all.items.filter(({metadata}) => !name || metadata.name === name);
  const where = namespace ? `namespace ${namespace}` : "any namespace";
  if (pipelines.length === 0) throw new Error(`no pipeline ${name ?? ""} in ${where}`.replace("  ", " "));
  const live = await Promise.all(pipelines.map((pipeline) => figuresOf(pipeline, ask)));
  return {
    text: pipelines.map((pipeline, at) => describe(pipeline, live[at]!)).join("\n\n"),
    data: pipelines.map(({metadata, status: seen}, at) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      ...seen,
      figures: live[at],
    })),
    ok: pipelines.every(({status: seen}) => readyCondition(seen ?? {})?.status === "True"),
  };
}

const figuresOf = ({metadata, status: seen}: KubeObject, ask: AskStore): Promise<Live[]> =>
  Promise.all(
    ((seen as PipelineStatus | undefined)?.freshness ?? []).map(async ({store}) => {
      const pipeline = {name: metadata.name, namespace: metadata.namespace!};
      const answer = await ask(pipeline, store).catch((error: Error) => ({unanswered: error.message}));
      return {...answer, store};
    }),
  );

function describe({metadata, status: seen = {}}: KubeObject, live: Live[]): string {
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
  const rows = freshness.map(({store, age: known = "Unknown"}) => {
    const said = live.find((one) => one.store === store);
    if (!said || "unanswered" in said) return [`  ${store}`, known, "", said ? `not asked: ${said.unanswered}` : ""];
    return [`  ${store}`, ...figures(said)];
  });
  const sections = [
    [head],
    notes(seen),
    parts.length > 0 ? [table([["  COMPONENT", "STATE", "VERSION", "FOR", "MESSAGE"], ...parts])] : [],
    rows.length > 0 ? [table(rows)] : [],
  ];
  return sections.flat().join("\n");
}

/** The figures of a store for people: its newest event, what its ingester has written, and what waits or is lost. */
function figures(answer: Answer): string[] {
  const {rows, problem, held, lost, lag, heldBack} = answer;
  const seconds = secondsOf(answer, Date.now());
  const waits = lag ? `${lag} events wait${heldBack ? `, ${heldBack} of them behind an open transaction` : ""}` : "";
  return [
    seconds === undefined ? "no event yet" : `newest event ${seconds} s ago`,
    `${rows} rows written`,
    [problem, waits, held, lost].filter(Boolean).join("; "),
  ];
}

/** What else a person should know: what is not carried out, not watched, or told to nobody. */
function notes({conditions = []}: PipelineStatus): string[] {
  const said = new Set([readyCondition({conditions})?.message]);
  const told = ["Valid", "Reconciled", "Complete", "Monitored", "Alerting"].flatMap((type) =>
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
