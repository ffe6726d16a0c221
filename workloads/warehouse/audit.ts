import {sleep} from "../../api/backoff.ts";
import {readByMarks} from "../audit/read.ts";
import {text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {exitFlushed} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {differences, enter, type Figures} from "./compare.ts";
import {openDruid} from "./druid.ts";
import {tableOf} from "./tables.ts";

/**
 * Compares what Kafka holds in the canonical topic at this moment with the warehouse, by vehicle: how many events, and sums of their times, places and
 * readings; and the tables of hours and days with the same. Prints `{store, events, rows, missing, extra, altered}`: vehicles whose
 * sums differ although they have as many events are `altered`. Exits with 1 unless all are the same. It is exact while the vehicles are at rest, and of a
 * warehouse that keeps what Kafka has: what has left one of them is extra or missing.
 */
const GRACE_MS = 90_000;
const log = logger("warehouse-audit", "stderr");
const druid = openDruid();
const table = text("WAREHOUSE_TABLE");
const SUMS = `CAST(SUM(TIMESTAMP_TO_MILLIS(__time)) AS VARCHAR) AS "time", SUM(latitude) AS "latitude", SUM(longitude) AS "longitude", SUM(speed) AS "speed", SUM(temperature) AS "temperature"`;

const result = await untilSame(await readKafka());
console.log(JSON.stringify(result));
await exitFlushed(result.missing + result.extra + result.altered === 0 ? 0 : 1);

/** Druid may be a moment behind. */
async function untilSame(sent: Map<string, Figures>) {
  const end = Date.now() + GRACE_MS;
  for (;;) {
    const result = await compare(sent);
    if (result.missing + result.altered === 0 || Date.now() > end) return result;
    await sleep(2_000);
  }
}

async function readKafka(): Promise<Map<string, Figures>> {
  const all = new Map<string, Figures>();
  const each = ({value}: {value: Buffer | null}) => {
    const event = JSON.parse(value?.toString() ?? "{}");
    if (event.vehicle_id) enter(all, event);
  };
  await readByMarks(connectKafka("warehouse-audit", log), text("KAFKA_CANONICAL_TOPIC"), each, () => undefined);
  return all;
}

async function compare(sent: Map<string, Figures>) {
  const rows = await druid.sql(`SELECT vehicle_id, COUNT(*) AS "events", ${SUMS} FROM "${table}" GROUP BY 1`);
  const found = new Map(rows.map((row) => [row.vehicle_id as string, row as Figures]));
  const {missing, extra, altered} = differences(sent, found);
  // Of rows that stand for many events there are no times and places, but as many events and the same readings.
  const rolled = await Promise.all(
    (["hour", "day"] as const).map(async (name) => {
      const sums = `SUM("events") AS "events", SUM(speed_sum) AS "speed", SUM(temperature_sum) AS "temperature"`;
      const those = await druid.sql(`SELECT vehicle_id, ${sums} FROM "${tableOf(table, name)}" GROUP BY 1`);
      return differences(sent, new Map(those.map((row) => [row.vehicle_id, row])));
    }),
  );
  const [minute] = await druid.sql(`SELECT SUM("events") AS "events" FROM "${tableOf(table, "minute")}"`);
  const events = [...sent.values()].reduce((sum, each) => sum + each.events, 0);
  const all = [{missing, extra, altered}, ...rolled, ofMinutes(events, Number(minute?.events ?? 0))];
  const most = (of: "missing" | "extra" | "altered") => Math.max(...all.map((each) => each[of]));
  return {
    store: "warehouse",
    events,
    rows: rows.reduce((sum, {events: count}) => sum + Number(count), 0),
    missing: most("missing"),
    extra: most("extra"),
    altered: most("altered"),
  };
}

function ofMinutes(events: number, found: number) {
  return {missing: Math.max(0, events - found), extra: Math.max(0, found - events), altered: 0};
}
