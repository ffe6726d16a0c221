import {parquetReadObjects} from "hyparquet";
import {TIME} from "../../api/event.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import type {Head, Table} from "../lake/iceberg/table.ts";
import {currentSchema} from "../lake/iceberg/types.ts";
import {decodeValue} from "../lake/iceberg/values.ts";
import {bufferOf, compressors} from "../lake/parquet/read.ts";
import {DEAD_LETTERS, letterColumns} from "../lake/tables.ts";
import type {Headers} from "../lib/letter.ts";
import {type Message, type Place, timeOf} from "./broker.ts";
import {blobs, type Columns, coded, FIRST_ROWS, type Growing, larger, longs, numbers, texts} from "./lake-columns.ts";
import type {Content} from "./lake-content.ts";
import {nameOf, positionsOf} from "./lake-positions.ts";
import {dayOf} from "./lake-view.ts";

/** A dead letter as the lake keeps it: values of the table's columns, and of which day it is. */
export interface LetterRow {
  ms: number;
  place: Place;
  offset: bigint;
  values: Record<string, unknown>;
}

/** Headers that are columns. */
const NAMED = ["reason", "store", "source-topic", "source-partition", "source-offset"];

/** The row of a letter as its topic has it. */
export function letterRow({topic, partition}: Place, message: Message): LetterRow {
  const {key, value, offset, headers = {}} = message;
  const textOf = (name: string) => (headers[name] === undefined ? null : String([headers[name]].flat()[0]));
  const wholeOf = (name: string) => {
    const text = textOf(name);
    return text !== null && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
  };
  const sourcePartition = wholeOf("source-partition");
  // A producer may leave the time out, which Kafka shows as one before 1970.
  const ms = Math.max(0, timeOf(message));
  return {
    ms,
    place: {topic, partition},
    offset: BigInt(offset),
    values: {
      [TIME.name]: ms * 1_000,
      store: textOf("store"),
      reason: textOf("reason"),
      source_topic: textOf("source-topic"),
      source_partition: sourcePartition === null ? null : Number(sourcePartition),
      source_offset: wholeOf("source-offset"),
      key,
      value,
      headers: headersText(headers),
      kafka_topic: topic,
      kafka_partition: partition,
      kafka_offset: Number(offset),
    },
  };
}

/** Their values are bytes of any kind. */
function headersText(headers: Headers): string {
  const others = Object.entries(headers).filter(([name]) => !NAMED.includes(name));
  return JSON.stringify(
    others.flatMap(([name, content]) =>
      [content ?? ""].flat().map((one) => [name, Buffer.from(one).toString("base64")]),
    ),
  );
}

/** By the type of a column, but for those of which a value is in many rows, or follows from the one before. */
const MAKERS: Record<string, (name: string, type: string) => Growing> = {
  timestamptz: (name, type) => numbers(name, type, "steps"),
  int: (name, type) => numbers(name, type, "int"),
  long: (name, type) => longs(name, type),
  string: texts,
  binary: blobs,
};
const OTHERS: Record<string, (name: string, type: string) => Growing> = {
  kafka_topic: coded,
  kafka_offset: (name, type) => numbers(name, type, "steps"),
};

/** Letters take so much of memory beside what they hold. */
const FIXED_BYTES = 200;

interface LetterBuffer extends Columns<LetterRow> {
  has(row: LetterRow): boolean;
}

const identityOf = ({ms, place, offset}: Pick<LetterRow, "ms" | "place" | "offset">) =>
  `${nameOf(place)} ${offset} ${ms}`;

function createBuffer(): LetterBuffer {
  const columns = letterColumns.map(({name, type}) => (OTHERS[name] ?? MAKERS[String(type)])!(name, String(type)));
  const there = new Set<string>();
  let times = new Float64Array(FIRST_ROWS);
  let bytes = 0;
  return {
    get rows() {
      return there.size;
    },
    get bytes() {
      return bytes;
    },
    has: (row) => there.has(identityOf(row)),
    add(row) {
      const at = there.size;
      if (at === times.length) {
        times = larger(times, new Float64Array(2 * at));
        for (const column of columns) column.grow(2 * at);
      }
      times[at] = row.ms;
      for (const column of columns) column.put(at, row.values[column.name]);
      const {key, value, headers} = row.values as {key: Buffer | null; value: Buffer | null; headers: string};
      bytes += FIXED_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + 2 * headers.length;
      there.add(identityOf(row));
    },
    columns: () => columns.map(({name, type, data}) => ({name, type, data: data()})),
    days() {
      const all = Array.from({length: there.size}, (_, at) => at);
      const byDay = Map.groupBy(all, (at) => dayOf(times[at]!));
      return new Map(
        [...byDay].map(([day, rows]) => [day, Uint32Array.from(rows.sort((a, b) => times[a]! - times[b]! || a - b))]),
      );
    },
  };
}

/** A letter may be as large as a message: of few there are many bytes. */
const MOST_BYTES = 16 * 1_048_576;

/**
 * The table of dead letters: each message of their topic is a row. Those behind the table's position are new. Of others, which are read again after a
 * crash, the table is asked: the topic may also have been made anew, and counts from 0.
 */
export const letterContent =
  (table: Pick<Table, "files">, objects: Pick<Objects, "readPart">): Content<LetterRow, LetterBuffer> =>
  () => ({
    name: DEAD_LETTERS,
    mostBytes: MOST_BYTES,
    buffer: createBuffer,
    placeOf: ({place}) => place,
    after: ({offset}) => String(offset + 1n),
    async sort(rows, lots, head) {
      const name = nameOf(rows[0]!.place);
      const next = [positionsOf(head)[name]?.[0], ...lots.map(({places}) => places.get(name))];
      const newest = next.reduce((most, text) => (BigInt(text ?? 0) > most ? BigInt(text ?? 0) : most), 0n);
      const older = rows.filter(({offset}) => offset < newest);
      if (older.length === 0) return {fresh: rows, repeated: [], taken: []};
      const written = await writtenOf(table, objects, head, older);
      const isThere = (row: LetterRow) => written.has(identityOf(row)) || lots.some(({buffer}) => buffer.has(row));
      const {fresh = [], repeated = []} = Object.groupBy(rows, (row) => (isThere(row) ? "repeated" : "fresh"));
      return {fresh, repeated, taken: []};
    },
    async compare() {},
    async learn() {},
    remember() {},
    forget() {},
  });

const KEY = [TIME.name, "kafka_topic", "kafka_partition", "kafka_offset"];

/** The identities of letters in the files that may have some of these rows. */
async function writtenOf(
  table: Pick<Table, "files">,
  objects: Pick<Objects, "readPart">,
  head: Head,
  rows: LetterRow[],
): Promise<Set<string>> {
  const days = rows.map(({ms}) => dayOf(ms));
  const id = currentSchema(head.metadata).fields.find(({name}) => name === "kafka_offset")?.id ?? -1;
  const [first, last] = [rows[0]!.offset, rows.at(-1)!.offset];
  const bound = (at: Buffer | undefined, other: bigint) => (at ? BigInt(decodeValue("long", at)) : other);
  const found = new Set<string>();
  for (const {path, bytes, lower, upper} of await table.files(head, {from: Math.min(...days), to: Math.max(...days)})) {
    if (bound(lower.get(id), first) > last || bound(upper.get(id), last) < first) continue;
    const file = bufferOf(objects, path, bytes);
    for (const row of await parquetReadObjects({file, compressors, columns: KEY}))
      found.add(
        identityOf({
          ms: (row[TIME.name] as Date).getTime(),
          place: {topic: row.kafka_topic, partition: Number(row.kafka_partition)},
          offset: BigInt(row.kafka_offset),
        }),
      );
  }
  return found;
}
