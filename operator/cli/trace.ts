import type {StoreName} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {outputOf} from "./exec.ts";
import {type Findings, table} from "./output.ts";
import {flags} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {readable, storesOf} from "./stores.ts";

/** The answer of `workloads/query trace` in the pod of one store; the first pod searches Kafka too. */
export interface StoreTrace {
  store: string;
  committed: Record<string, number>;
  row: unknown;
  written: string | null;
  topic?: {topic: string; partition: number; name: string; offset: number; appended: string}[];
  deadLetters?: {store: string; reason: string; time: string}[];
}

/**
 * Follows one event: its place in the topic, its dead letters and its row in each store.
 *
 * @throws Error naming what is missing
 */
export async function trace(
  connection: Connection,
  name: string,
  id: string,
  {store, since, until}: {store: StoreName | undefined; since: string | undefined; until: string | undefined},
): Promise<Findings> {
  const traces: StoreTrace[] = [];
  const problems: string[] = [];
  for (const source of readable(await storesOf(connection, name), store, "trace")) {
    try {
      const target = await readyPod(connection, name, [ingesterOf(name, source)]);
      const topic = traces.length === 0 ? ["--topic"] : [];
      const args = ["workloads/query/main.ts", "trace", id, ...flags({since, until}), ...topic];
      traces.push(JSON.parse(await outputOf(await connection.kubeConfig(), target, args)));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (traces.length === 0) throw new Error(problems.join("; "));
  const findings = describeTrace(id, traces);
  return {...findings, text: [findings.text, ...problems.map((problem) => `left out: ${problem}`)].join("\n")};
}

/** The stages of an event for people; ok if every store that was read holds it, or refused it. */
export function describeTrace(id: string, traces: StoreTrace[]): Findings {
  const sent = Date.parse(id.slice(id.lastIndexOf("@") + 1));
  const after = (time: string) => {
    const seconds = (Date.parse(time) - sent) / 1_000;
    return `${seconds < 0 ? "" : "+"}${seconds.toFixed(3)} s`;
  };
  const {topic = [], deadLetters = []} = traces[0]!;
  const isDead = (store: string) => deadLetters.some((letter) => letter.store === store);
  const places = topic.map(({name, offset, appended}, index) => [
    "topic",
    `partition ${name}, offset ${offset}${index === 0 ? "" : " (again)"}`,
    appended,
    after(appended),
  ]);
  const rows = traces.map(({store, row, written, committed}) => {
    if (row) return [store, "a row", written ?? "time not recorded", written ? after(written) : ""];
    const pending = topic.find(({name, offset}) => (committed[name] ?? 0) <= offset);
    if (pending) {
      const ahead = pending.offset - (committed[pending.name] ?? 0);
      return [store, `no row yet: ${ahead} events before it`, "", ""];
    }
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
