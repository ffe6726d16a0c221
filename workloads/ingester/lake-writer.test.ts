import {setTimeout as sleep} from "node:timers/promises";
import {parquetReadObjects} from "hyparquet";
import {pino} from "pino";
import {expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {contentOf, keyOf} from "../../api/event/identity.ts";
import {type LakePlace, lakePlace} from "../../test/unit/lake/place.ts";
import {bufferOf, compressors} from "../lake/parquet/read.ts";
import {random} from "../simulator/random.ts";
import type {Row} from "../telemetry.ts";
import {eventContent} from "./lake-events.ts";
import {LakeWriter} from "./lake-writer.ts";

const FIELDS: EventColumn[] = [
  {name: "door", type: "boolean"},
  {name: "odometer", type: "bigint"},
];
const START = Date.UTC(2026, 0, 1, 23, 59, 30);
const HOUR_MS = 3_600_000;

/** A row as the pump makes it, the `at`-th of a partition. */
function row(vehicle: number, seconds: number, offset: number, more: Partial<Row> = {}, partition = 0): Row {
  return {
    vehicle_id: `v${vehicle}`,
    ts: new Date(START + seconds * 1_000),
    latitude: 48.1,
    longitude: 11.5,
    speed: seconds % 90,
    temperature: null,
    humidity: 40,
    extra: null,
    fields: [seconds % 2 === 0, BigInt(seconds), "t", partition, BigInt(offset), 0],
    ...more,
  };
}

function open(place: LakePlace, {intervalMs = HOUR_MS, isPositioned = false} = {}) {
  const log = pino({level: "silent"});
  const [table, {objects}] = [place.another(), place];
  const writer = new LakeWriter({
    table,
    objects,
    content: eventContent({table, objects, columns: FIELDS, isPositioned}),
    intervalMs,
    log,
    onTrouble() {},
  });
  /** Takes rows as a batch, as the pump does; `in` resolves once they are in the table. */
  async function take(rows: Row[], next = "1") {
    const hold = writer.hold();
    const found = await writer.write(rows);
    const settled = Promise.withResolvers<void>();
    if (hold.isHeld()) hold.settle({topic: "t", partition: rows[0]!.fields![3] as number}, next, settled.resolve);
    return {found, in: settled.promise};
  }
  return {writer, take};
}

async function rowsOf({table, objects}: LakePlace): Promise<Record<string, any>[]> {
  const files = await table.files(await table.load());
  const all = await Promise.all(
    files.map(({path, bytes}) => parquetReadObjects({file: bufferOf(objects, path, bytes), compressors})),
  );
  return all.flat();
}

const asRow = (found: Record<string, any>): Row =>
  ({...found, ts: found.timestamp, fields: FIELDS.map(({name}) => found[name])}) as unknown as Row;

test("rows are in the table after a flush, by day, with their position in Kafka", async () => {
  const place = lakePlace(FIELDS);
  const {writer, take} = open(place);
  const rows = Array.from({length: 60}, (_, at) =>
    row(at % 3, at, at, at === 7 ? {extra: '{"ü":1}', speed: null} : {}),
  );
  const batch = await take(rows, "60");
  expect(await rowsOf(place)).toEqual([]);
  expect(writer.isIdle).toBe(false);
  await writer.flush();
  await batch.in;
  expect(writer.isIdle).toBe(true);
  const found = await rowsOf(place);
  expect(found.length).toBe(60);
  const contents = (all: Row[]) => all.map((one) => `${keyOf(one)} ${contentOf(FIELDS, one)}`).sort();
  expect(contents(found.map(asRow))).toEqual(contents(rows));
  expect(found.map(({kafka_offset}) => Number(kafka_offset)).sort((a, b) => a - b)).toEqual(rows.map((_, at) => at));
  expect((await place.table.files(await place.table.load())).length).toBe(2);
  const [snapshot] = (await place.table.load()).metadata.snapshots!;
  expect(JSON.parse(snapshot!.summary["telemetry.offsets"]!)).toEqual({
    "t-0": ["60", String(snapshot!["snapshot-id"])],
  });
});

test("rows are written when the interval is over", async () => {
  const place = lakePlace(FIELDS);
  const {take} = open(place, {intervalMs: 1});
  await (await take([row(1, 1, 0)])).in;
  expect((await rowsOf(place)).length).toBe(1);
});

test("of two rows with one key the first stays, wherever it is", async () => {
  const place = lakePlace(FIELDS);
  const first = open(place);
  const one = row(1, 10, 0);
  const other = row(1, 10, 1, {speed: 77});
  await first.take([one, row(1, 20, 1)]);
  // While it waits.
  expect((await first.take([one])).found).toEqual({repeated: [one], taken: []});
  expect((await first.take([other])).found.taken.map(({row}) => row)).toEqual([other]);
  await first.writer.flush();
  // In a file of this process, of another, and of one that has begun again.
  for (const {take} of [first, open(place)]) {
    expect((await take([one])).found).toEqual({repeated: [one], taken: []});
    expect((await take([other])).found).toMatchObject({repeated: [], taken: [{row: other}]});
    expect((await take([row(1, 15, 2), row(2, 10, 3)])).found).toEqual({repeated: [], taken: []});
  }
  first.writer.forget();
  expect((await first.take([one])).found.repeated).toEqual([one]);
});

test("what one file says of a vehicle is not taken for all that there is of it", async () => {
  const place = lakePlace(FIELDS);
  const first = open(place);
  // A file of two vehicles, and one of the second alone that goes further.
  for (const rows of [[row(1, 10, 0), row(2, 10, 1)], [row(2, 25, 2)]]) {
    await first.take(rows);
    await first.writer.flush();
  }
  const {take} = open(place);
  await take([row(1, 5, 3)]);
  expect((await take([row(2, 25, 2)])).found.repeated.length).toBe(1);
});

test("with the position in the key each event is a row of its own, once", async () => {
  const place = lakePlace(FIELDS);
  const {writer, take} = open(place, {isPositioned: true});
  const [one, two] = [row(1, 10, 0), row(1, 10, 1)];
  expect((await take([one, two])).found).toEqual({repeated: [], taken: []});
  await writer.flush();
  expect((await open(place, {isPositioned: true}).take([two, one, row(1, 10, 2)])).found.repeated).toEqual([two, one]);
});

test.each(["conflict", "lost before", "lost after"] as const)(
  "a commit with the answer %s is made once",
  async (answer) => {
    const place = lakePlace(FIELDS);
    const {writer, take} = open(place);
    const batch = await take([row(1, 1, 0)]);
    place.answers.push(answer, answer);
    await writer.flush();
    await batch.in;
    expect((await rowsOf(place)).length).toBe(1);
  },
);

test("a lake that is away takes its rows when it is back", async () => {
  const place = lakePlace(FIELDS);
  const {writer, take} = open(place, {intervalMs: 1});
  await (await take([row(1, 1, 0)])).in;
  place.isAway = true;
  const batch = await take([row(1, 2, 1)]);
  while (!writer.trouble) await sleep(5);
  expect(writer.trouble.message).toBe("nobody is there");
  place.isAway = false;
  await batch.in;
  expect(writer.trouble).toBeUndefined();
  expect((await rowsOf(place)).length).toBe(2);
});

test("two writers of one partition: the one that comes later drops what it has and reads again", async () => {
  const place = lakePlace(FIELDS);
  const [a, b] = [open(place), open(place)];
  const rows = [row(1, 1, 0), row(1, 2, 1)];
  let dropped = 0;
  b.writer.onDropped(() => dropped++);
  for (const {take} of [a, b]) await take(rows);
  await a.writer.flush();
  await b.writer.flush();
  expect(dropped).toBe(1);
  // Nothing is taken before the group is read from where it is.
  expect([b.writer.hold().isHeld(), b.writer.isIdle]).toEqual([false, false]);
  await expect(b.take([row(1, 3, 2)])).rejects.toThrow("read again");
  b.writer.forget();
  expect((await b.take(rows)).found.repeated.length).toBe(2);
  expect((await rowsOf(place)).length).toBe(2);
});

test("a batch whose rows were dropped while it was taken in does not count as read", async () => {
  const {writer} = open(lakePlace(FIELDS));
  const hold = writer.hold();
  await writer.write([row(1, 1, 0)]);
  writer.forget();
  expect(hold.isHeld()).toBe(false);
});

/** Which row of each key came first in its partition: what the table has to hold. */
function expected(log: Row[][]): Map<string, string> {
  const first = new Map<string, string>();
  for (const one of log.flat()) if (!first.has(keyOf(one))) first.set(keyOf(one), contentOf(FIELDS, one));
  return first;
}

test.each([0, 1, 2, 3])("random crashes, rebalances, faults and duplicates of seed %i", async (seed) => {
  const chance = random(seed * 7_919 + 3);
  const place = lakePlace(FIELDS);
  // Each partition has its own vehicles, as a key gives them.
  const partitions = [0, 1].map((partition) =>
    Array.from({length: 30}, (_, batch) =>
      Array.from({length: 1 + Math.floor(chance() * 20)}, (_, at) => {
        const late = chance() < 0.2 ? Math.floor(chance() * 40) : 0;
        return row(
          partition * 10 + Math.floor(chance() * 4),
          batch * 4 - late + Math.floor(chance() * 4),
          batch * 100 + at,
          {},
          partition,
        );
      }).map((one) => (chance() < 0.1 ? {...one, speed: 99} : one)),
    ),
  );
  const committed = [0, 0];
  let member = open(place, {intervalMs: 3});
  for (let step = 0; committed.some((at, partition) => at < partitions[partition]!.length) && step < 3_000; step++) {
    const read = [...committed];
    // A member's time until something happens to it.
    let isLost = false;
    member.writer.onDropped(() => {
      isLost = true;
    });
    for (let batches = 0; batches < 12 && !isLost; batches++) {
      const partition = chance() < 0.5 ? 0 : 1;
      const at = read[partition]!;
      if (at >= partitions[partition]!.length) continue;
      if (chance() < 0.2)
        place.answers.push((["conflict", "lost before", "lost after"] as const)[Math.floor(chance() * 3)]!);
      const hold = member.writer.hold();
      const rows = partitions[partition]![at]!;
      await member.writer.write(rows).catch(() => {
        isLost = true;
      });
      if (isLost) break;
      read[partition] = at + 1;
      if (!hold.isHeld()) break;
      hold.settle({topic: "t", partition}, String(at + 1), () => {
        committed[partition] = Math.max(committed[partition]!, at + 1);
      });
      if (chance() < 0.3) await sleep(2);
    }
    if (chance() < 0.4) await member.writer.flush();
    // A crash, of which commits under way may still come to their end; a rebalance; or nothing.
    if (chance() < 0.4) member = open(place, {intervalMs: 3});
    else member.writer.forget();
  }
  await member.writer.flush();
  const found = await rowsOf(place);
  const wanted = expected(partitions.flat());
  expect(found.length).toBe(wanted.size);
  for (const one of found.map(asRow)) expect(contentOf(FIELDS, one)).toBe(wanted.get(keyOf(one)));
});
