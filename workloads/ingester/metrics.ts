import {Counter, Gauge, Histogram} from "prom-client";
import {type FlagCounts, type FlagName, flagsOf} from "../../api/event/quality.ts";
import {expiringOf, heldBackOf, lagOf} from "../lib/offsets.ts";
import {timeOf} from "./broker.ts";
import {largestOf} from "./clock.ts";
import type {Observation} from "./observation.ts";
import type {Entry, Written} from "./write.ts";

/** The counts of one ingester; `store` is timescaledb, cassandra or canonical. */
export const rowsTotal = new Counter({
  name: "telemetry_ingester_rows_total",
  help: "Rows that the store accepted, replays included.",
  labelNames: ["store"],
});
export const deadTotal = new Counter({
  name: "telemetry_ingester_dead_letters_total",
  help: "Events sent to the dead-letter topic.",
  labelNames: ["store"],
});
export const keptTotal = new Counter({
  name: "telemetry_ingester_dead_letters_kept_total",
  help: "Dead letters, of whichever store, that the lake's ingester has taken to keep.",
  labelNames: ["store"],
});
export const skippedTotal = new Counter({
  name: "telemetry_ingester_skipped_total",
  help: "Events that are not in the canonical topic, as none can be read of them. The ingesters of the stores write their dead letters.",
  labelNames: ["store"],
});
export const lostTotal = new Counter({
  name: "telemetry_ingester_readings_out_of_range_total",
  help: "Readings that were out of range or no number: null in the store, and in extra as they came.",
  labelNames: ["store", "field"],
});
export const flaggedTotal = new Counter({
  name: "telemetry_ingester_flagged_total",
  help: "Events with a quality flag, by flag; one with two flags counts for both. Repeated and SameTime are of events that were not stored once more.",
  labelNames: ["store", "flag"],
});
export const blocked = new Gauge({
  name: "telemetry_ingester_dead_letters_blocked",
  help: "1 while the dead-letter topic cannot be written; the partitions concerned wait.",
  labelNames: ["store"],
});
export const troubleTotal = new Counter({
  name: "telemetry_ingester_store_errors_total",
  help: "Failed writes that are retried, by reason: unreachable, credentials, schema, disk-full, overloaded or other.",
  labelNames: ["store", "reason"],
});
const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) => new Gauge({name, help, labelNames});
const PARTITION = ["store", "partition"] as const;

const lag = gauge("telemetry_ingester_lag_events", "Lag of the whole consumer group, in events.", "store");
const partitionLag = gauge(
  "telemetry_ingester_partition_lag",
  "Lag of the consumer group in a partition, in events.",
  ...PARTITION,
);
const committed = gauge(
  "telemetry_ingester_partition_committed",
  "Committed offset of the consumer group in a partition.",
  ...PARTITION,
);
const heldBack = gauge(
  "telemetry_ingester_held_back",
  "Events in Kafka behind open transactions, readable once these end.",
  "store",
);
const partitionHeldBack = gauge(
  "telemetry_ingester_partition_held_back",
  "Events in a partition behind a transaction that has been open for more than a minute.",
  ...PARTITION,
);
const expired = new Counter({
  name: "telemetry_ingester_expired_total",
  help: "Events that expired in Kafka before the consumer group read them. The count is kept in Kafka and survives restarts.",
  labelNames: PARTITION,
});
const expiredAt = gauge(
  "telemetry_ingester_expired_timestamp_seconds",
  "Time at which unread events of a partition were last found to have expired, in seconds since 1970.",
  ...PARTITION,
);
const freshness = gauge(
  "telemetry_ingester_freshness_seconds",
  "Time since the newest stored event reached Kafka.",
  "store",
);
const clockAhead = gauge(
  "telemetry_ingester_clock_ahead_seconds",
  "Largest lead of an event's time over its arrival in Kafka in the last 5 minutes: a clock that is ahead.",
  "store",
);
const clockBehind = gauge(
  "telemetry_ingester_clock_behind_seconds",
  "Largest delay from an event's time to its arrival in Kafka in the last 5 minutes: a clock that is behind, or a late event.",
  "store",
);

/** Sets the figures above to an observation; an unknown figure gives no sample. */
export function report(
  store: string,
  {standing = [], figures, arrived}: Observation,
  inHand: ReadonlyMap<string, number>,
) {
  const labels = {store};
  const now = Date.now();
  for (const each of [lag, partitionLag, committed, heldBack, partitionHeldBack, expired, expiredAt, freshness])
    each.reset();
  if (figures) {
    lag.set(labels, figures.lag);
    heldBack.set(labels, figures.heldBack);
  }
  for (const position of standing) {
    const place = {store, partition: position.name};
    partitionLag.set(place, lagOf(position));
    committed.set(place, position.committed ?? position.low);
    partitionHeldBack.set(place, position.held ? heldBackOf(position) : 0);
    // Only the partition's own member reports what is being lost: what another has in hand is not known here.
    const mine = inHand.get(position.name);
    const expiring = mine === undefined ? 0 : expiringOf(position, mine);
    expired.inc(place, (position.note.expired ?? 0) + expiring);
    const at = expiring > 0 ? now : position.note.expiredAt;
    if (at !== undefined) expiredAt.set(place, at / 1_000);
  }
  if (arrived !== undefined) freshness.set(labels, Math.max(0, (now - arrived) / 1_000));
  clockAhead.set(labels, ahead.of(now) / 1_000);
  clockBehind.set(labels, behind.of(now) / 1_000);
}

/** Counts the flags of events that the store has taken, and the events that it had already, as they are or otherwise. */
export function countFlags(store: string, entries: Entry[], {dead, repeated, taken}: Written): void {
  const counts: FlagCounts = {Repeated: repeated.size, SameTime: taken};
  const lacking = new Set(dead.map(({message}) => message));
  const rowsBy = new Map<number, number>();
  for (const {row, message} of entries) {
    const {quality_flags: bits} = row;
    if (bits && !repeated.has(row) && !lacking.has(message)) rowsBy.set(bits, (rowsBy.get(bits) ?? 0) + 1);
  }
  for (const [bits, rows] of rowsBy) for (const flag of flagsOf(bits)) counts[flag] = (counts[flag] ?? 0) + rows;
  for (const [flag, count] of Object.entries(counts)) flaggedTotal.inc({store, flag}, count);
}

/** What this process has counted so. */
export async function flaggedBy(store: string): Promise<FlagCounts> {
  const {values} = await flaggedTotal.get();
  const counted = values.filter(({labels, value}) => labels.store === store && value > 0);
  return Object.fromEntries(counted.map(({labels, value}) => [labels.flag as FlagName, value]));
}

const CLOCK_MINUTES = 5;
const [ahead, behind] = [largestOf(CLOCK_MINUTES), largestOf(CLOCK_MINUTES)];

/** When an event came into Kafka. A time that a sender gave it (CreateTime) may be one of the future. */
const arrivalOf = ({message}: Entry, now: number) => Math.min(now, timeOf(message));

/** Notes how far the senders' clocks are from Kafka's. Returns when the newest of the events came in. */
export function observeArrivals(entries: Entry[], now: number): number | undefined {
  let newest: number | undefined;
  let [most, least] = [0, 0];
  for (const entry of entries) {
    const arrived = arrivalOf(entry, now);
    const difference = entry.row.ts.getTime() - arrived;
    most = Math.max(most, difference);
    least = Math.min(least, difference);
    newest = Math.max(newest ?? 0, arrived);
  }
  ahead.see(most, now);
  behind.see(-least, now);
  return newest;
}

export const writeSeconds = new Histogram({
  name: "telemetry_ingester_write_seconds",
  help: "Time to write one batch to the store, retries included.",
  labelNames: ["store"],
  buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
});
/** Readings of one batch that are looked at: enough for quantiles, and nothing beside the work of the batch. */
const SAMPLES = 50;
const latencySeconds = new Histogram({
  name: "telemetry_ingester_latency_seconds",
  help: "Time from a vehicle's timestamp until its row is readable in the store, sampled from up to 50 rows of each batch.",
  labelNames: ["store"],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
});

/** Notes how old the rows were that are readable now; a clock that is ahead counts as no time. */
export const observeLatency = (store: string, entries: Timed[], now: number): void => latencyOf(store, entries)(now);

type Timed = {row: {ts: Date}};

/** The same for rows that are readable later, of which it keeps but the times of a few. */
export function latencyOf(store: string, entries: Timed[]): (now: number) => void {
  const step = Math.max(1, entries.length / SAMPLES);
  const times: number[] = [];
  for (let at = 0; at < entries.length; at += step) times.push(entries[Math.floor(at)]!.row.ts.getTime());
  return (now) => {
    for (const time of times) latencySeconds.observe({store}, Math.max(0, now - time) / 1_000);
  };
}
