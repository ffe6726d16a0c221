import type {Objects} from "../iceberg/objects.ts";
import {currentSchema, type NewFile, type TableMetadata} from "../iceberg/types.ts";
import {encodeValue, isSingle, lowerText, upperText} from "../iceberg/values.ts";
import {bufferOf, footerOf} from "./read.ts";
import {compareBounds} from "./writer.ts";

/** What a table needs to know of a Parquet file that something else has written, by the file's own footer. */
export async function factsOfFile(
  objects: Pick<Objects, "readPart" | "size">,
  path: string,
  metadata: TableMetadata,
): Promise<Omit<NewFile, "partition">> {
  const bytes = await objects.size(path);
  const footer = await footerOf(bufferOf(objects, path, bytes));
  const byName = new Map(currentSchema(metadata).fields.map((field) => [field.name, field]));
  const facts: Omit<NewFile, "partition"> = {
    path,
    bytes,
    rows: Number(footer.num_rows),
    columnSizes: new Map(),
    valueCounts: new Map(),
    nullCounts: new Map(),
    lower: new Map(),
    upper: new Map(),
    splits: footer.row_groups.map(({columns}) =>
      Number(columns[0]?.meta_data?.dictionary_page_offset ?? columns[0]?.meta_data?.data_page_offset ?? 4),
    ),
  };
  /** Columns of which a group has values and no bound. */
  const open = new Set<number>();
  for (const {columns} of footer.row_groups)
    for (const {meta_data: chunk} of columns) {
      const field = chunk && byName.get(chunk.path_in_schema.join("."));
      if (!field) continue;
      const {id, type} = field;
      const count = (map: Map<number, number>, more: bigint | undefined) =>
        map.set(id, (map.get(id) ?? 0) + Number(more ?? 0));
      count(facts.columnSizes, chunk.total_compressed_size);
      count(facts.valueCounts, chunk.num_values);
      const {null_count: nulls, min_value: least, max_value: most} = chunk.statistics ?? {};
      if (nulls !== undefined) count(facts.nullCounts, nulls);
      if (nulls === chunk.num_values || open.has(id)) continue;
      const bounds = isSingle(type) && type !== "binary" ? boundsOf(type, least, most) : undefined;
      if (!bounds) {
        open.add(id);
        facts.lower.delete(id);
        facts.upper.delete(id);
        continue;
      }
      keep(facts.lower, id, type as string, bounds.lower, -1);
      keep(facts.upper, id, type as string, bounds.upper, 1);
    }
  return facts;
}

function boundsOf(type: string, least: unknown, most: unknown): {lower: Buffer; upper: Buffer} | undefined {
  if (least === undefined || most === undefined || least === null || most === null) return undefined;
  if (type !== "string") return {lower: encodeValue(type, least), upper: encodeValue(type, most)};
  const upper = upperText(String(most));
  return upper === undefined ? undefined : {lower: Buffer.from(lowerText(String(least))), upper: Buffer.from(upper)};
}

function keep(bounds: Map<number, Buffer>, id: number, type: string, bound: Buffer, sign: 1 | -1) {
  const before = bounds.get(id);
  if (!before || sign * compareBounds(type, bound, before) > 0) bounds.set(id, bound);
}
