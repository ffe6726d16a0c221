import {setTimeout as sleep} from "node:timers/promises";
import {parquetReadObjects} from "hyparquet";
import {bufferOf, compressors} from "../../workloads/lake/parquet/read.ts";
import {ingester} from "../peers/contenders.ts";
import {FLEET} from "../peers/latency.ts";
import {start} from "../peers/process.ts";
import {quantile} from "../peers/report.ts";
import {eventsIn, makeTopics, simulate} from "../peers/topic.ts";
import {type Commit, commitsOf} from "./backlog.ts";
import type {Place} from "./server.ts";

const TOPIC = "live-lake";
const SECONDS = 60;
/** Until the consumer has joined and is warm; not counted. */
const WARM_MS = 10_000;
const LOOK_MS = 50;
const LIMIT_MS = 60_000;

/** ms from an event's own time until its row can be read, at 1,000 events a second, of each event; a look every 50 ms adds up to that much. */
export async function readable(place: Place): Promise<{p50: number; p99: number; max: number; commits: number}> {
  await makeTopics([TOPIC]);
  const before = new Set((await commitsOf(place.table)).map(({id}) => id));
  const running = ingester("lake", {env: place.env}).programs(TOPIC, TOPIC).map(start);
  const began = Date.now();
  const seen = new Map<string, number>();
  let [sent, wanted] = [false, Number.POSITIVE_INFINITY];
  const sending = simulate(TOPIC, {...FLEET, seed: 5, seconds: SECONDS}).then(() => {
    sent = true;
  });
  try {
    for (let rows = 0; rows < wanted; ) {
      const found = (await commitsOf(place.table)).filter(({id}) => !before.has(id));
      const now = Date.now();
      for (const {id} of found) if (!seen.has(id)) seen.set(id, now);
      rows = found.reduce((sum: number, one: Commit) => sum + one.rows, 0);
      for (const program of running) program.check();
      if (sent && wanted === Number.POSITIVE_INFINITY) wanted = await eventsIn(TOPIC);
      if (now - began > SECONDS * 1_000 + LIMIT_MS) throw new Error(`${rows} of ${wanted} events are readable`);
      await sleep(LOOK_MS);
    }
    await sending;
  } finally {
    await Promise.all(running.map((program) => program.stop()));
  }
  const delays = (await delaysOf(place, seen)).filter(({time}) => time > began + WARM_MS).map(({ms}) => ms);
  return {
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    max: delays.reduce((most, ms) => Math.max(most, ms), 0),
    commits: seen.size,
  };
}

/** Of the rows of commits, by when each was seen first. */
async function delaysOf({table, objects}: Place, seen: Map<string, number>): Promise<{time: number; ms: number}[]> {
  const delays: {time: number; ms: number}[] = [];
  for (const {path, bytes, snapshotId} of await table.files(await table.load())) {
    const at = seen.get(String(snapshotId));
    if (at === undefined) continue;
    const file = bufferOf(objects, path, bytes);
    for (const {timestamp} of await parquetReadObjects({file, compressors, columns: ["timestamp"]}))
      delays.push({time: timestamp.getTime(), ms: at - timestamp.getTime()});
  }
  return delays;
}
