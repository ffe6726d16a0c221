import cassandra from "cassandra-driver";
import {type Found, firstOfEach} from "../../api/event/identity.ts";
import {lastingClient} from "../lib/cassandra.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {dayOf, type Row} from "../telemetry.ts";
import {createKnown} from "./cassandra-known.ts";
import {cassandraSpecs} from "./cassandra-specs.ts";
import {binder, statementsOf} from "./cassandra-statements.ts";
import {inLanes} from "./lanes.ts";
import type {Store, Trouble} from "./store.ts";

/** As much as makes rows of one partition meet, and half of a fetch: while Cassandra has the rows of one partition, those of another are read. */
const FETCH_BYTES = 8_388_608;

const NOTHING: Found = {repeated: [], taken: []};

/** Cassandra by the CASSANDRA_* environment variables. */
export function openCassandra(): Store {
  const lasting = lastingClient();
  const columns = eventColumns();
  const position = positionColumns();
  const isPositioned = position.length > 0;
  const bound = binder([...columns, ...position]);
  const known = createKnown(columns);
  let last: Row | undefined;

  return {
    name: "cassandra",
    fetchBytes: FETCH_BYTES,
    batches: 2,
    async write(all) {
      const client = await lasting.get();
      // With its position in the key, an event replaces nothing but itself.
      const {rows, repeated, taken} = firstOfEach(columns, all, isPositioned);
      const sorted = isPositioned ? {fresh: all, written() {}, ...NOTHING} : await known.sort(client, rows);
      await inLanes(statementsOf(sorted.fresh), (statement) => {
        const {query, params} = bound(statement);
        return client.execute(query, params, {prepare: true, isIdempotent: true});
      });
      sorted.written();
      for (const row of rows) if (!last || row.ts > last.ts) last = row;
      return {repeated: [...repeated, ...sorted.repeated], taken: [...taken, ...sorted.taken]};
    },
    specs: cassandraSpecs(lasting.get),
    forget: known.forget,
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
/** That a table or a column is missing says nothing of the row: the next one, which names fewer columns, may be taken. */
const OF_SCHEMA = /^(undefined column|unknown identifier|unconfigured table|table .* does not exist)/i;
export const isRefusal = (error: unknown): boolean => {
  const {code, message} = error as {code?: number; message?: string};
  return REFUSALS.has(code) && !OF_SCHEMA.test(message ?? "");
};

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
