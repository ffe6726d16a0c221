import {urlHost} from "../../api/addresses.ts";
import {telemetryPipeline} from "../../api/crd.ts";
import {wordsOfFlags} from "../../api/event/quality.ts";
import type {Endpoint, PipelineStatus} from "../../api/status.ts";
import type {Answer} from "../components/store-figures.ts";
import {secondsOf} from "../reconcile/freshness.ts";
import {readyCondition} from "../reconcile/status.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {KubeObject} from "../runtime/types.ts";
import {listPipelines} from "./connection.ts";
import type {AskIngester} from "./ingester-figures.ts";
import {type Findings, nameOf, table} from "./output.ts";

/** The present figures of a store's ingester, or why there are none. */
type Live = {store: string} & (Answer | {unanswered: string});

/**
 * Components and freshness of one pipeline, or of all in a namespace (or everywhere), with the present figures of their ingesters; of one
 * pipeline the endpoints as well.
 *
 * @throws Error if the pipeline that is named is not there
 */
export async function statusOf(
  client: KubeClient,
  ask: AskIngester,
  namespace: string | undefined,
  name?: string,
): Promise<Findings> {
  const all = await listPipelines(client, namespace);
  const pipelines = all.filter(({metadata}) => !name || metadata.name === name);
  const where = namespace ? `in namespace ${namespace}` : "in any namespace";
  if (name && pipelines.length === 0) throw new Error(`no pipeline ${name} ${where}`);
  const live = await Promise.all(pipelines.map((pipeline) => figuresOf(pipeline, ask)));
  return {
    text: pipelines.map((pipeline, at) => describe(pipeline, live[at]!, name !== undefined)).join("\n\n"),
    data: pipelines.map(({metadata, status}, at) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      ...status,
      figures: live[at],
    })),
    names: pipelines.map(({metadata}) => nameOf({...telemetryPipeline, metadata})),
    empty: pipelines.length === 0 ? `no pipelines ${where}` : undefined,
    ok: pipelines.every(({status}) => readyCondition(status ?? {})?.status === "True"),
  };
}

const figuresOf = ({metadata, status}: KubeObject, ask: AskIngester): Promise<Live[]> =>
  Promise.all(
    ((status as PipelineStatus | undefined)?.freshness ?? []).map(async ({store}) => {
      const pipeline = {name: metadata.name, namespace: metadata.namespace!};
      const answer = await ask(pipeline, store).catch((error: Error) => ({unanswered: error.message}));
      return {...answer, store};
    }),
  );

function describe({metadata, status = {}}: KubeObject, live: Live[], withEndpoints: boolean): string {
  const {
    phase = "no status yet: does the operator run?",
    components = [],
    freshness = [],
    endpoints = [],
  } = status as PipelineStatus;
  const ready = readyCondition(status);
  const head = `${metadata.namespace}/${metadata.name}: ${phase}${ready ? ` (${ready.reason}: ${ready.message})` : ""}`;
  const componentRows = components.map(({name, ready: isReady, version, since, message}) => [
    `  ${name}`,
    isReady ? "ready" : "not ready",
    version ?? "",
    age(since),
    isReady ? "" : (message ?? ""),
  ]);
  const storeRows = freshness.map(({store, age: lastAge = "Unknown"}) => {
    const answer = live.find((each) => each.store === store);
    if (!answer || "unanswered" in answer)
      return [`  ${store}`, lastAge, "", answer ? `no figures: ${answer.unanswered}` : ""];
    return [`  ${store}`, ...figures(answer)];
  });
  const sections = [
    [head],
    notes(status),
    componentRows.length > 0 ? [table([["  COMPONENT", "STATE", "VERSION", "FOR", "MESSAGE"], ...componentRows])] : [],
    storeRows.length > 0 ? [table(storeRows)] : [],
    withEndpoints && endpoints.length > 0 ? [table([ENDPOINT_HEAD, ...endpoints.map(endpointRow)])] : [],
  ];
  return sections.flat().join("\n");
}

const ENDPOINT_HEAD = ["  ENDPOINT", "ADDRESS", "DATA", "TLS", "SECRET"];

function endpointRow({name, address, port, tls, secret, secretKeys = [], ...data}: Endpoint): string[] {
  const hosts = address?.split(",").map((host) => (port ? `${urlHost(host)}:${port}` : host)) ?? ["in the Secret"];
  const {topic, database, keyspace} = data;
  const named = Object.entries({topic, database, keyspace}).flatMap(([kind, value]) =>
    value ? `${kind} ${value}` : [],
  );
  const opens = secret ? `${secret}: ${secretKeys.join(", ")}` : "";
  return [`  ${name}`, hosts.join(","), named.join(), tls ? "yes" : "no", opens];
}

/** The figures of a store for people: its newest event, what its ingester has written, and what waits or is lost. */
function figures(answer: Answer): string[] {
  const {rows, flagged, problem, held, lost, lag, heldBack} = answer;
  const seconds = secondsOf(answer, Date.now());
  const waiting = lag ? `${lag} events wait${heldBack ? `, ${heldBack} of them behind an open transaction` : ""}` : "";
  const doubts = wordsOfFlags(flagged);
  return [
    seconds === undefined ? "no event yet" : `newest event ${seconds} s ago`,
    `${rows} rows written`,
    [problem, waiting, held, lost, doubts && `flagged: ${doubts}`].filter(Boolean).join("; "),
  ];
}

/** The conditions that need attention beside Ready: the spec is not carried out, nothing watches the pipeline, or nobody receives its alerts. */
function notes({conditions = []}: PipelineStatus): string[] {
  const seen = new Set([readyCondition({conditions})?.message]);
  const failing = ["Valid", "Reconciled", "Complete", "FieldsFound", "Monitored", "Alerting"].flatMap((type) =>
    conditions.filter((condition) => condition.type === type && condition.status === "False"),
  );
  return failing.flatMap(({type, reason, message}) => {
    if (seen.has(message)) return [];
    seen.add(message);
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
