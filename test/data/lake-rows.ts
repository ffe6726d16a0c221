import {parquetReadObjects} from "hyparquet";
import {openCatalogue} from "../../workloads/lake/iceberg/catalogue.ts";
import {openObjects} from "../../workloads/lake/iceberg/objects.ts";
import {openTable} from "../../workloads/lake/iceberg/table.ts";
import {bufferOf, compressors} from "../../workloads/lake/parquet/read.ts";
import {EVENTS} from "../../workloads/lake/tables.ts";
import {prepareTables} from "../../workloads/schema/lake-tables.ts";
import type {Row} from "../../workloads/telemetry.ts";
import {KEYS, LAKE_PORTS} from "./lake-server.ts";

/** The lake at an address, past all links. */
export function lakeAt(address: string, keys = KEYS, {s3, catalogue: port} = LAKE_PORTS) {
  const objects = openObjects({
    endpoint: `http://${address}:${s3}`,
    region: "us-east-1",
    pathStyle: true,
    ...keys,
    caFile: undefined,
  });
  const catalogue = openCatalogue({
    uri: `http://${address}:${port}`,
    warehouse: "warehouse",
    auth: {kind: "sigv4", region: "us-east-1", ...keys},
    ca: undefined,
  });
  return {
    objects,
    catalogue,
    table: (namespace: string, name = EVENTS) => openTable(catalogue, objects, {namespace, name}),
    async close() {
      objects.close();
      await catalogue.close();
    },
  };
}

/** The lake's tables, as the set-up makes them. */
export async function prepareLake(address: string, namespace: string): Promise<void> {
  const lake = lakeAt(address);
  await prepareTables(lake.catalogue, lake.objects, {namespace, columns: [], identity: "VehicleAndTime"});
  await lake.close();
}

/** All rows of the table of events. */
export const lakeRows = async (address: string, namespace: string): Promise<Row[]> =>
  (await tableRows(address, namespace, EVENTS)).map((row) => ({...(row as Row), ts: row.timestamp}));

/** All rows of a table; bytes as they are. */
export async function tableRows(address: string, namespace: string, name: string): Promise<Record<string, any>[]> {
  const {objects, table, close} = lakeAt(address);
  const one = table(namespace, name);
  const rows: Record<string, any>[][] = [];
  for (const {path, bytes} of await one.files(await one.load()))
    rows.push(await parquetReadObjects({file: bufferOf(objects, path, bytes), compressors, utf8: false}));
  await close();
  return rows.flat();
}
