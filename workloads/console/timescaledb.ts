import type {EventColumn} from "../../api/event/columns.ts";
import {UNDOUBTED} from "../../api/event/quality-sql.ts";
import {MEASURE_NAMES, PLACE} from "../../api/event.ts";
import {isPlace} from "../../api/geo-sql.ts";
import {eachVehicle} from "../../api/vehicles-sql.ts";
import {inTransaction, openPool, pooled} from "../lib/postgres.ts";
import {madeColumns} from "../query/timescaledb-columns.ts";
import {AHEAD_MS, type Reading} from "./fleet.ts";
import {readMasterData} from "./master-data.ts";
import {readPredictions} from "./predictions.ts";
import {createColumns, inOrder, LOOKED_AT, SEEN_WITHIN_MS, type Source, TEXT_SHOWN} from "./source.ts";
import type {FieldValue} from "./wire.ts";

const placed = (name: string) => `CASE WHEN ${UNDOUBTED} THEN ${name} END AS ${name}`;
const COLUMNS = `vehicle_id, (extract(epoch FROM ts) * 1000)::float8 AS ts, ${[...PLACE.map(({name}) => placed(name)), ...MEASURE_NAMES]}`;
const SHOWN = `${isPlace()} AND ${UNDOUBTED}`;

const newestOf = (condition: string) =>
  `(SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = vehicle.id AND ${condition} ORDER BY telemetry.ts DESC LIMIT 1)`;

/** The newest row of each vehicle by one index probe, and by another the newest of a clock that is ahead. */
const LATEST = `${eachVehicle("ts > $1")}
SELECT newest.* FROM vehicle CROSS JOIN LATERAL (
  ${newestOf("ts > $1 AND ts <= $2")} UNION ALL ${newestOf("ts > $2")}) newest`;

const SINCE = `SELECT DISTINCT ON (vehicle_id) ${COLUMNS} FROM telemetry WHERE ts > $1 AND ts <= $2
ORDER BY vehicle_id, telemetry.ts DESC`;

const historyOf = (
  columns: EventColumn[],
) => `SELECT (extract(epoch FROM time_bucket(make_interval(secs => $4), ts)) * 1000)::float8 AS ms,
  ARRAY[${columns.map(({name}) => `avg("${name}")`)}]::float8[] AS fields,
  ${MEASURE_NAMES.map((name) => `avg(${name}) AS ${name}`)},
  last(latitude, ts) FILTER (WHERE ${SHOWN}) AS latitude, last(longitude, ts) FILTER (WHERE ${SHOWN}) AS longitude,
  count(*) FILTER (WHERE (${SHOWN}) IS NOT TRUE)::int AS "leftOut"
FROM telemetry WHERE vehicle_id = $1 AND ts >= $2 AND ts < $3 GROUP BY 1 ORDER BY 1`;

/** A whole row comes as it is, but for what may be long. */
const cellOf = ({name, type}: EventColumn) =>
  type === "string" || type === "json" ? `left("${name}"::text, ${TEXT_SHOWN})` : `"${name}"`;

const newestRows = (columns: EventColumn[]) => `SELECT (extract(epoch FROM ts) * 1000)::float8 AS ms,
  ${columns.map((column, at) => `${cellOf(column)} AS field_${at}`)}
FROM telemetry WHERE vehicle_id = $1 AND ts > $2 AND ts <= $3 ORDER BY telemetry.ts DESC LIMIT ${LOOKED_AT}`;

/** Up to which time a row's clock can be right. */
const limit = () => new Date(Date.now() + AHEAD_MS);

const shownOf = (value: unknown) => (value instanceof Date ? value.getTime() : (value as FieldValue[0] | null));

/** TimescaleDB by libpq's PG* environment variables, and only read. */
export function readTimescaleDB(): Source {
  const pool = openPool(4, 20_000);

  /** In a transaction that can only read: the role of an external server's login may do more. */
  const query = (text: string, values: unknown[]): Promise<any[]> =>
    pooled(pool, (client) => inTransaction(client, async () => (await client.query(text, values)).rows, "READ ONLY"));

  const withColumn = createColumns(() => pooled(pool, madeColumns));

  return {
    name: "timescaledb",
    periodMs: 1_000,
    latest: (): Promise<Reading[]> => query(LATEST, [new Date(Date.now() - SEEN_WITHIN_MS), limit()]),
    since: (ms): Promise<Reading[]> => query(SINCE, [new Date(ms), limit()]),
    async history({vehicle, from, to, stepMs, fields}) {
      const columns = await withColumn(fields);
      const points = await query(historyOf(columns), [vehicle, new Date(from), new Date(to), stepMs / 1_000]);
      return points.map((point) => ({...point, fields: inOrder(fields, columns, point.fields)}));
    },
    predictions: readPredictions(query),
    masterData: readMasterData(query),
    async newest(vehicle, fields, ms = Date.now() - SEEN_WITHIN_MS) {
      const columns = await withColumn(fields);
      if (columns.length === 0) return [];
      const rows = await query(newestRows(columns), [vehicle, new Date(ms), limit()]);
      return rows.map((row) => {
        const values = columns.map((_, at) => shownOf(row[`field_${at}`]));
        return {ms: row.ms, values: inOrder(fields, columns, values)};
      });
    },
  };
}
