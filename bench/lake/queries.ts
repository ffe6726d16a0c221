import {join} from "node:path";
import {repository} from "../../cluster/instance.ts";
import {run} from "../../cluster/shell.ts";
import {markdown} from "../peers/report.ts";
import {sizesOf} from "./compaction.ts";
import type {Lake, Place} from "./server.ts";

const program = (env: Record<string, string>, ...args: string[]): Promise<string> =>
  run(process.execPath, [join(repository, "bench/lake/duckdb.ts"), ...args], {
    env: {PATH: process.env.PATH, NODE_NO_WARNINGS: "1", ...env},
  });

/** How long DuckDB takes over so many days of the same vehicles, which are those that `ours` has of the day of the backlog. */
export async function queries(lake: Lake, ours: Place, first: Date, days: number): Promise<void> {
  const {env, table} = await lake.place("queries");
  await program(env, "copy", ours.env.LAKE_NAMESPACE!, dayOf(first), String(days));
  const sizes = [...(await sizesOf({table})).values()];
  const sum = (of: (size: (typeof sizes)[number]) => number) => sizes.reduce((total, size) => total + of(size), 0);
  const last = dayOf(new Date(first.getTime() + (days - 1) * 86_400_000));
  const day = `timestamp >= '${last}' AND timestamp < '${last}'::DATE + INTERVAL 1 DAY`;
  const statements = {
    "rows in all": "SELECT count(*) FROM events",
    "rows by vehicle, a day": `SELECT vehicle_id, count(*), max(speed) FROM events WHERE ${day} GROUP BY ALL`,
    "last position of each vehicle, a day": `SELECT vehicle_id, max(timestamp), arg_max(latitude, timestamp), arg_max(longitude, timestamp) FROM events WHERE ${day} GROUP BY ALL`,
    "a vehicle's track, a day": `SELECT timestamp, latitude, longitude, speed FROM events WHERE vehicle_id = 'vehicle-00100' AND ${day} ORDER BY timestamp`,
    "average of a vehicle over the last minute, at each event of a day": `SELECT timestamp, avg(temperature) OVER (ORDER BY timestamp RANGE BETWEEN INTERVAL 1 MINUTE PRECEDING AND CURRENT ROW) FROM events WHERE vehicle_id = 'vehicle-00100' AND ${day}`,
    "averages of each minute, a day": `SELECT time_bucket(INTERVAL 1 MINUTE, timestamp) AS minute, count(*), avg(speed), avg(temperature) FROM events WHERE ${day} GROUP BY ALL ORDER BY ALL`,
    "average and most by vehicle, all days":
      "SELECT vehicle_id, count(*), avg(speed), max(speed) FROM events GROUP BY ALL",
  };
  const rows: string[][] = [];
  for (const [name, sql] of Object.entries(statements)) {
    const {open, first, again} = JSON.parse(await program(env, "query", sql));
    rows.push([name, ...[open, first, again].map(String)]);
  }
  const rate = (sum(({bytes}) => bytes) / sum(({rows}) => rows)).toFixed(1);
  const title = `DuckDB over ${sum(({rows}) => rows)} rows in ${sum(({files}) => files)} files of ${days} days, ${rate} bytes a row`;
  console.log(`\n${title}\n\n${markdown(["", "open, ms", "first time, ms", "again, ms"], rows)}\n`);
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
