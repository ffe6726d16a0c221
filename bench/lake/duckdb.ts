import {lakeConnection} from "../../workloads/lake/connection.ts";
import {openDuckdb, quoted} from "../../workloads/lake/duckdb.ts";
import {withFolder} from "../../workloads/lake/memory.ts";
import {openReadable} from "../../workloads/lake/open.ts";
import {quantile} from "../peers/report.ts";

/**
 * A program with DuckDB, by the variables of a lake: `copy FROM DAY DAYS` fills the table of events with those that another namespace has of a day, on so
 * many days from this one on; `query SQL` prints how long the tables take to open and the statement takes the first time and again, in ms.
 */
const AGAIN = 3;
const MEMORY_MIB = 1_024;

const [task, ...args] = process.argv.slice(2);
await withFolder((work) => (task === "copy" ? copy(work, args) : query(work, args.join(" "))));
process.exit(0);

async function copy(work: string, [from, day, days]: string[]) {
  const {s3, catalogue, namespace} = lakeConnection();
  const {auth, uri, warehouse} = catalogue;
  if (auth.kind !== "oauth2") throw new Error("the catalogue of the bench takes OAuth2");
  const connection = await openDuckdb(s3, {memoryMiB: MEMORY_MIB, work});
  const options = {
    ENDPOINT: uri,
    CLIENT_ID: auth.clientId,
    CLIENT_SECRET: auth.clientSecret,
    OAUTH2_SERVER_URI: auth.tokenUrl!,
  };
  const given = Object.entries(options).map(([name, value]) => `${name} ${quoted(value)}`);
  await connection.run(`ATTACH ${quoted(warehouse)} AS lake (TYPE iceberg, ${given})`);
  // The rows of the source are in the table's order.
  await connection.run("SET unsafe_iceberg_ignore_sort_order = true");
  const source = `lake.${from}.events WHERE timestamp >= ${quoted(day!)}::DATE AND timestamp < ${quoted(day!)}::DATE + INTERVAL 1 DAY`;
  for (let later = 0; later < Number(days); later++)
    await connection.run(
      `INSERT INTO lake.${namespace}.events SELECT * REPLACE (timestamp + INTERVAL ${later} DAY AS timestamp) FROM ${source}`,
    );
}

async function query(work: string, sql: string) {
  const timed = async (run: () => Promise<unknown>) => {
    const began = performance.now();
    await run();
    return Math.round(performance.now() - began);
  };
  const opening = performance.now();
  const {connection} = await openReadable(work);
  const open = Math.round(performance.now() - opening);
  const first = await timed(() => connection.runAndReadAll(sql));
  const again: number[] = [];
  for (let time = 0; time < AGAIN; time++) again.push(await timed(() => connection.runAndReadAll(sql)));
  console.log(JSON.stringify({open, first, again: quantile(again, 0.5)}));
}
