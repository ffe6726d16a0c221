import {STORES} from "../../api/stores.ts";
import {loadKubeConfig} from "../runtime/kubeconfig.ts";
import {outputOf} from "./exec.ts";
import {type Found, table} from "./output.ts";
import {type Asked, ingester} from "./pods.ts";

/** What `workloads/query trace` says in the pod of one store; the first one asked looks into Kafka too. */
export interface StoreTrace {
  store: string;
  committed: Record<number, number>;
  row: unknown;
  written: string | null;
  topic?: {partition: number; offset: number; appended: string}[];
  deadLetters?: {store: string; reason: string; time: string}[];
}

/**
 * What became of one event: its place in the topic, its dead letters and its row in each store.
 *
 * @throws Error naming what is missing
 */
export async function trace(name: string, id: string | undefined, asked: Asked): Promise<Found> {
  if (!id) throw new Error("trace needs the event: vehicle_id@timestamp");
  const traces: StoreTrace[] = [];
  const left: string[] = [];
  const range = (["since", "until"] as const).flatMap((key) => (asked[key] ? [`--${key}`, asked[key]] : []));
  for (const store of asked.store ? [asked.store] : STORES) {
    const target = await ingester(name, [store], asked).catch((error) => void left.push((error as Error).message));
    if (!target) continue;
    const args = ["workloads/query/main.ts", "trace", id, ...range, ...(traces.length === 0 ? ["--topic"] : [])];
    traces.push(JSON.parse(await outputOf(loadKubeConfig(asked.kubeconfig), target, args)));
  }
  if (traces.length === 0) throw new Error(left.join("; "));
  const found = describeTrace(id, traces);
  return {...found, text: [found.text, ...left.map((why) => `left out: ${why}`)].join("\n")};
}

/** The stages of an event for people; well if it is in every store that was asked, or is a dead letter of it. */
export function describeTrace(id: string, traces: StoreTrace[]): Found {
  const sent = Date.parse(id.slice(id.lastIndexOf("@") + 1));
  const after = (time: string) => {
    const seconds = (Date.parse(time) - sent) / 1_000;
    return `${seconds < 0 ? "" : "+"}${seconds.toFixed(3)} s`;
  };
  const {topic = [], deadLetters = []} = traces[0]!;
  const isDead = (store: string) => deadLetters.some((letter) => letter.store === store);
  const places = topic.map(({partition, offset, appended}, index) => [
    "topic",
    `partition ${partition}, offset ${offset}${index === 0 ? "" : " (again)"}`,
    appended,
    after(appended),
  ]);
  const rows = traces.map(({store, row, written, committed}) => {
    if (row) return [store, "a row", written ?? "time not recorded", written ? after(written) : ""];
    const waits = topic.find(({partition, offset}) => (committed[partition] ?? 0) <= offset);
    if (waits)
      return [store, `no row yet: ${waits.offset - (committed[waits.partition] ?? 0)} events before it`, "", ""];
    return [store, isDead(store) ? "a dead letter" : "no row", "", ""];
  });
  const letters = deadLetters.map(({store, reason, time}) => [`dead letter`, `${store}: ${reason}`, time, after(time)]);
  const stages = [...(places.length > 0 ? places : [["topic", "not found", "", ""]]), ...rows, ...letters];
  const stores = traces.map(({store, row, written, committed}) => ({store, row, written, committed}));
  return {
    text: table([["STAGE", "WHERE", "WHEN", "AFTER"], ...stages]),
    data: {id, topic, deadLetters, stores},
    ok: traces.every(({store, row}) => row || isDead(store)),
  };
}
