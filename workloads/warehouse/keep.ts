import type {Logger} from "pino";
import {TABLES, type TableName} from "../../api/components/warehouse.ts";
import {contains} from "../lib/contains.ts";
import {isRefusal} from "../lib/refusal.ts";
import type {Druid} from "./druid.ts";
import {PREDICTIONS_KEPT_AS, predictionsTable} from "./prediction-days.ts";
import {compaction, markOf, rules, supervisor, tableOf, type Wanted} from "./tables.ts";

/** How one table is. */
export interface TableState {
  table: string;
  healthy: boolean;
  /** Events that wait in Kafka; undefined: Druid has not counted them yet. */
  lag: number | undefined;
  /** Segments that no historical has loaded. */
  unavailable: number;
  /** Why it is not healthy. */
  problem: string | undefined;
}

const notFound = (error: unknown): undefined => {
  if (isRefusal(error, 404)) return undefined;
  throw error;
};
const encoded = encodeURIComponent;

/**
 * Brings Druid's tables to what is wanted, and says how they are.
 *
 * @param predictions that of predictions, which predictions.ts fills, is the last one
 */
export async function keep(
  druid: Druid,
  wanted: Wanted,
  log: Logger,
  predictions?: Pick<TableState, "problem">,
): Promise<TableState[]> {
  const unavailable = (await druid.get("/druid/coordinator/v1/loadstatus?simple")) ?? {};
  const states: TableState[] = [];
  for (const name of TABLES) {
    const table = tableOf(wanted.table, name);
    await keepRetention(druid, table, rules(name, wanted), log);
    await keepCompaction(druid, name, table, wanted, log);
    const problem = await keepSupervisor(druid, name, table, wanted, log);
    states.push(await stateOf(druid, table, unavailable[table] ?? 0, problem));
  }
  if (predictions) {
    const table = predictionsTable(wanted);
    const {problem} = predictions;
    await keepRetention(druid, table, rules(PREDICTIONS_KEPT_AS, wanted), log);
    states.push({table, healthy: !problem, lag: undefined, unavailable: unavailable[table] ?? 0, problem});
  }
  return states;
}

/** Returns what Druid says against it. */
async function keepSupervisor(druid: Druid, name: TableName, table: string, wanted: Wanted, log: Logger) {
  const planned = supervisor(name, wanted);
  const live = await druid.get(`/druid/indexer/v1/supervisor/${encoded(table)}`).catch(notFound);
  if (markOf(live) === markOf(planned)) return undefined;
  try {
    await druid.post("/druid/indexer/v1/supervisor", planned);
    log.info({table}, live ? "the supervisor is as the spec has it now" : "the supervisor was made");
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `Druid does not take its supervisor: ${error.message}`;
  }
}

async function keepRetention(druid: Druid, table: string, planned: object[], log: Logger) {
  const path = `/druid/coordinator/v1/rules/${encoded(table)}`;
  if (contains(await druid.get(path), planned)) return;
  await druid.post(path, planned);
  log.info({table}, "the retention is as the spec has it now");
}

async function keepCompaction(druid: Druid, name: TableName, table: string, wanted: Wanted, log: Logger) {
  const path = "/druid/coordinator/v1/config/compaction";
  const planned = compaction(name, wanted);
  if (contains(await druid.get(`${path}/${encoded(table)}`).catch(notFound), planned)) return;
  await druid.post(path, planned);
  log.info({table}, "the compaction is as the spec has it now");
}

/** A transaction's mark makes it one or two; a topic that was made anew, more. */
const isAhead = (lag: Record<string, number> | undefined): boolean =>
  Object.values(lag ?? {}).some((events) => events < -MARKS);
const MARKS = 10;

async function stateOf(
  druid: Druid,
  table: string,
  unavailable: number,
  refused: string | undefined,
): Promise<TableState> {
  const {payload = {}} =
    (await druid.get(`/druid/indexer/v1/supervisor/${encoded(table)}/status`).catch(notFound)) ?? {};
  const problem = refused ?? problemOf(table, payload);
  return {table, healthy: problem === undefined, lag: payload.aggregateLag ?? undefined, unavailable, problem};
}

/** Why a supervisor does not fill its table; one that people suspended stays so. */
function problemOf(table: string, payload: any): string | undefined {
  const {state = "PENDING", healthy = false, suspended = false, recentErrors = [], minimumLag} = payload;
  if (suspended) return `its supervisor is suspended: resume it by POST /druid/indexer/v1/supervisor/${table}/resume`;
  if (isAhead(minimumLag))
    return `Kafka has fewer events than it has read, so the topic is not the one that it was filled from: to fill it anew, delete it (DELETE /druid/coordinator/v1/datasources/${table}) and its position (POST /druid/indexer/v1/supervisor/${table}/reset)`;
  if (healthy && state !== "PENDING") return undefined;
  const error = recentErrors.at(-1)?.exceptionMessage ?? recentErrors.at(-1)?.message;
  return `its supervisor is ${state}${error ? `: ${error}` : ""}`;
}
