import cassandra from "cassandra-driver";
import {FIGURE_NAMES} from "../../api/event.ts";
import {lastingClient} from "../lib/cassandra.ts";
import {dayOf, type Row} from "../telemetry.ts";
import type {Store, Trouble} from "./store.ts";

/** Rows of one partition travel together: measured faster than single inserts by a factor of three and more. */
const ROWS_PER_BATCH = 64;
/** Far below the 16 MiB that Cassandra takes in one mutation. */
const BYTES_PER_BATCH = 262_144;
const IN_FLIGHT = 32;

const WRITTEN = ["vehicle_id", "day", "ts", ...FIGURE_NAMES, "extra"];
const INSERT = `INSERT INTO telemetry (${WRITTEN}) VALUES (${WRITTEN.map(() => "?")})`;

/** Cassandra by the CASSANDRA_* environment variables. */
export function openCassandra(): Store {
  const lasting = lastingClient();
  let last: Row | undefined;

  return {
    name: "cassandra",
    async write(rows) {
      const client = await lasting.get();
      const batches = batchesOf(lastOfEach(rows));
      let next = 0;
      let failed = false;
      const lane = async () => {
        while (next < batches.length && !failed) {
          const batch = batches[next++]!;
          const day = cassandra.types.LocalDate.fromString(dayOf(batch[0]!));
          const queries = batch.map((row) => ({query: INSERT, params: paramsOf(row, day)}));
          await client.batch(queries, {prepare: true, logged: false, isIdempotent: true}).catch((error) => {
            failed = true;
            throw error;
          });
        }
      };
      // All come to their end: what is still under way must not be written after what the next try writes.
      const lanes = await Promise.allSettled(Array.from({length: Math.min(IN_FLIGHT, batches.length)}, lane));
      for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
      for (const row of rows) if (!last || row.ts > last.ts) last = row;
    },
    isRefusal,
    troubleOf,
    async newest() {
      const client = await lasting.get();
      if (!last) return null;
      const query = "SELECT ts FROM telemetry WHERE vehicle_id = ? AND day = ? LIMIT 1";
      const day = cassandra.types.LocalDate.fromString(dayOf(last));
      const {rows} = await client.execute(query, [last.vehicle_id, day], {prepare: true});
      return rows[0]?.get("ts") ?? null;
    },
    close: lasting.close,
  };
}

/** In the order of WRITTEN. */
function paramsOf(row: Row, day: cassandra.types.LocalDate): unknown[] {
  const params: unknown[] = [row.vehicle_id, day, row.ts];
  for (const name of FIGURE_NAMES) params.push(row[name]);
  // A null would leave a tombstone in every row: dear to write, and a day's worth of them fails reads.
  params.push(row.extra ?? cassandra.types.unset);
  return params;
}

/**
 * Of several rows with one key the last, as if each were written alone: statements of one batch carry one timestamp, and of those Cassandra
 * would keep the greater value of each column.
 */
export function lastOfEach<R extends Row>(rows: R[]): R[] {
  const newest = new Map<string, number>();
  for (const {vehicle_id, ts} of rows) {
    const time = ts.getTime();
    // As a rule each vehicle's rows come in order, and none can be there twice.
    if (time <= (newest.get(vehicle_id) ?? Number.NEGATIVE_INFINITY))
      return [...new Map(rows.map((row) => [`${row.vehicle_id} ${row.ts.getTime()}`, row])).values()];
    newest.set(vehicle_id, time);
  }
  return rows;
}

/** Groups rows by partition, then cuts the groups. */
export function batchesOf<R extends Row>(rows: R[]): R[][] {
  const batches: R[][] = [];
  const open = new Map<string, {batch: R[]; bytes: number}>();
  for (const row of rows) {
    const key = `${row.vehicle_id} ${Math.floor(row.ts.getTime() / 86_400_000)}`;
    const bytes = row.extra?.length ?? 0;
    let group = open.get(key);
    if (!group || group.batch.length === ROWS_PER_BATCH || group.bytes + bytes > BYTES_PER_BATCH) {
      group = {batch: [], bytes: 0};
      open.set(key, group);
      batches.push(group.batch);
    }
    group.batch.push(row);
    group.bytes += bytes;
  }
  return batches;
}

const {responseErrorCodes: codes} = cassandra.types;

/**
 * A coordinator's own refusal: by a guardrail, an index or a trigger, some of which are for the size or the value of one column. What replicas
 * could not do says nothing of the row: others, with other replicas, may be taken at the same time.
 */
const REFUSALS = new Set<number | undefined>([codes.invalid, codes.serverError, codes.functionFailure]);
export const isRefusal = (error: unknown): boolean => REFUSALS.has((error as {code?: number}).code);

const TROUBLES = new Map<number, Trouble>([
  [codes.badCredentials, "credentials"],
  [codes.unauthorized, "credentials"],
  [codes.invalid, "schema"],
  [codes.syntaxError, "schema"],
  [codes.configError, "schema"],
  [codes.overloaded, "overloaded"],
  [codes.writeTimeout, "overloaded"],
  [codes.writeFailure, "overloaded"],
  [codes.unavailableException, "unreachable"],
  [codes.isBootstrapping, "unreachable"],
]);

export function troubleOf(error: unknown): Trouble {
  const {code, innerErrors} = error as {code?: number; innerErrors?: Record<string, unknown>};
  if (code !== undefined && TROUBLES.has(code)) return TROUBLES.get(code)!;
  if (error instanceof cassandra.errors.AuthenticationError) return "credentials";
  // No host could be reached: the cause of one of them, if any has a cause of its own.
  const causes = Object.values(innerErrors ?? {}).map(troubleOf);
  if (causes.length > 0) return causes.find((trouble) => trouble !== "unreachable") ?? "unreachable";
  if (error instanceof cassandra.errors.OperationTimedOutError) return "unreachable";
  return code === undefined || typeof code === "string" ? "unreachable" : "other";
}
