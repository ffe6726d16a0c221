import {setTimeout as sleep} from "node:timers/promises";
import {type StoreName, storeIn} from "../../api/stores.ts";
import {number, text} from "../lib/environment.ts";
import {exitFlushed, lastWords} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {isOlder, retentionOf} from "../lib/retention.ts";
import {cassandraReader} from "../query/cassandra.ts";
import type {Reader} from "../query/range.ts";
import {timescaledbReader} from "../query/timescaledb.ts";
import type {Row} from "../telemetry.ts";
import {type Figures, findingsOf, type Hour, hourBefore, tally} from "./hour.ts";

/**
 * Compares what the STORES have of one hour with one another, event by event, and looks for gaps and doubtful positions. The hour is by
 * INTERVAL_END, the end of the run's interval; default: now. Prints `{hour, stores, findings}`, and exits with 1 if anything is wrong.
 */
/** Events may be on their way: what is wrong is looked at again. */
const LOOKS = number("LOOKS", 3);
const LOOK_MS = 60_000;
const MOST_ROWS = 10_000_000;

const readers = {timescaledb: timescaledbReader, cassandra: cassandraReader, lake: openLake} satisfies Record<
  StoreName,
  () => Promise<Reader>
>;
const log = logger("checks", "stderr");
const stores = text("STORES").split(",").map(storeIn);
const hour = hourBefore(new Date(process.env.INTERVAL_END ?? Date.now()));

let findings: string[] = [];
let figures: Figures[] = [];
for (let look = 1; look <= LOOKS; look++) {
  if (look > 1) await sleep(LOOK_MS);
  figures = await figuresOf(hour);
  findings = findingsOf(figures, {doubtfulPercent: number("DOUBTFUL_PERCENT", 5)});
  if (findings.length === 0) break;
  log.warn({look, findings}, "something is wrong with the hour");
}
const counts = figures.map(({store, events, doubtful, vehicles}) => ({
  store,
  events,
  vehicles: vehicles.size,
  doubtful,
}));
process.stdout.write(`${JSON.stringify({hour: hour.since.toISOString(), stores: counts, findings})}\n`);
if (findings.length > 0) lastWords(findings.join("\n"));
await exitFlushed(findings.length > 0 ? 1 : 0);

/** Of the stores that still keep all of the hour, those that are read by time first. */
async function figuresOf({since, until}: Hour): Promise<Figures[]> {
  const all: Figures[] = [];
  for (const store of stores.filter((name) => !isOlder(since, retentionOf(name)))) {
    const reader = await readers[store]();
    const known = new Set(all.flatMap(({vehicles}) => [...vehicles.keys()]));
    try {
      all.push(
        await tally(
          store,
          store === "cassandra" ? ofVehicles(reader, known, {since, until}) : ofHour(reader, {since, until}),
        ),
      );
    } finally {
      await reader.close();
    }
  }
  return all;
}

async function* ofHour(reader: Reader, {since, until}: Hour): AsyncIterable<Row> {
  for await (const each of reader.all({since, until, resume: undefined})) if ("row" in each) yield each.row;
}

/** Cassandra is read by vehicle: of those that another store has, or of all where there is none. */
async function* ofVehicles(reader: Reader, known: Set<string>, {since, until}: Hour): AsyncIterable<Row> {
  if (known.size === 0) {
    yield* ofHour(reader, {since, until});
    return;
  }
  for (const vehicle of known) yield* reader.query({since, until, vehicle, limit: MOST_ROWS});
}

/** Loaded for it alone: of the images one has DuckDB. */
async function openLake(): Promise<Reader> {
  const {lakeReader} = await import("../query/lake.ts");
  return lakeReader();
}
