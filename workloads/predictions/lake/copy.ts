import {lakeConnection} from "../../lake/connection.ts";
import {openCatalogue} from "../../lake/iceberg/catalogue.ts";
import {openObjects} from "../../lake/iceberg/objects.ts";
import {openTable} from "../../lake/iceberg/table.ts";
import {defaultSpec} from "../../lake/iceberg/types.ts";
import {PREDICTIONS, predictionsPlan} from "../../lake/tables.ts";
import {byDay} from "../../lake/upkeep/tables.ts";
import {retentionOf} from "../../lib/retention.ts";
import {makeTable} from "../../schema/lake-tables.ts";
import {runToEnd} from "../problem.ts";
import {copyDay} from "./day.ts";
import {copiedOf, DAY_MS, nameOf} from "./days.ts";
import {DatabaseTrouble, daysThere} from "./timescaledb.ts";

/**
 * Copies predictions from TimescaleDB into the lake, day by day (UTC): each day that differs is replaced as a whole. A day is compared until it has been
 * over for 8 days, and later if the lake has nothing of it. Prints how many rows of which days were copied, and which days were kept because TimescaleDB
 * has less of them. A run that is repeated changes nothing more.
 */
await runToEnd(async () => {
  const {s3, catalogue: access, namespace} = lakeConnection();
  const [catalogue, objects] = [openCatalogue(access), openObjects(s3)];
  try {
    await makeTable(catalogue, {namespace, name: PREDICTIONS}, predictionsPlan);
    const table = openTable(catalogue, objects, {namespace, name: PREDICTIONS});
    process.stdout.write(`${JSON.stringify(await copyAll({table, objects}))}\n`);
  } catch (error) {
    if (error instanceof DatabaseTrouble) throw error;
    const {message, code} = error as Error & {code?: string};
    throw new Error(`the lake does not take predictions: ${message || code}`, {cause: error});
  } finally {
    objects.close();
    await catalogue.close();
  }
});

type Lake = Pick<Parameters<typeof copyDay>[0], "table" | "objects">;

async function copyAll({table, objects}: Lake) {
  const now = Date.now();
  const head = await table.load();
  const {metadata} = head;
  const [partition] = defaultSpec(metadata).fields;
  if (partition?.transform !== "day")
    throw new Error(`its table ${PREDICTIONS} is not partitioned by day: put that back, or drop the table`);
  const first = copiedOf(metadata).settled;
  const keepsMs = retentionOf("lake")?.ms ?? Number.POSITIVE_INFINITY;
  const parts = {table, objects, first, retentionMs: retentionOf("timescaledb")?.ms, now};
  const told = {rows: 0, copied: [] as string[], kept: [] as string[]};
  const present = byDay(head, await table.files(head));
  for (const day of await daysThere()) {
    // Maintenance would drop it again.
    const isTooOld = (day + 1) * DAY_MS <= now - keepsMs;
    if (isTooOld || (day < first && present.has(day))) continue;
    const {verdict, rows} = await copyDay(parts, day);
    told.rows += rows;
    if (verdict !== "same") told[verdict].push(nameOf(day));
  }
  return told;
}
