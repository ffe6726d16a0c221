import cassandra from "cassandra-driver";
import {lastingClient} from "../lib/cassandra.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {dayOf, type Row} from "../telemetry.ts";
import {binder, lastOfEach, statementsOf} from "./cassandra-statements.ts";
import type {Store, Trouble} from "./store.ts";

const IN_FLIGHT = 32;
/** As much as makes rows of one partition meet, and half of a fetch: while Cassandra has the rows of one partition, those of another are read. */
const FETCH_BYTES = 8_388_608;

/** Cassandra by the CASSANDRA_* environment variables. */
export function openCassandra(): Store {
  const lasting = lastingClient();
  const bound = binder(eventColumns());
  let last: Row | undefined;

  return {
    name: "cassandra",
    fetchBytes: FETCH_BYTES,
    async write(rows) {
      const client = await lasting.get();
      const statements = statementsOf(lastOfEach(rows));
      let next = 0;
      let failed = false;
      const lane = async () => {
        while (next < statements.length && !failed) {
          const {query, params} = bound(statements[next++]!);
          await client.execute(query, params, {prepare: true, isIdempotent: true}).catch((error) => {
            failed = true;
            throw error;
          });
        }
      };
      // All come to their end: what is still under way must not be written after what the next try writes.
      const lanes = await Promise.allSettled(Array.from({length: Math.min(IN_FLIGHT, statements.length)}, lane));
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
