import {createHash} from "node:crypto";
import {closeSync, openSync, readFileSync, writeFileSync, writeSync} from "node:fs";
import {join} from "node:path";
import type {Cell, Source} from "../source.ts";

/** What is beside the columns of a dataset, in meta.json. */
export interface Meta {
  model: string;
  /** In the order of a row's figures. */
  features: string[];
  since: string;
  until: string;
  source: Source["name"];
  /** Seconds that a row stands for. */
  step: number;
  target: Record<string, number>;
  /** See the card's. */
  sampling?: number;
  rows: number;
  positives: number;
  vehicles: number;
  testVehicles: number;
  testPositives: number;
  /** SHA-256 of each file. */
  files: Record<string, string>;
}

/** A dataset as workloads/training/train.py reads it, one row after another. */
export interface Dataset {
  meta: Meta;
  /** Row by row. */
  features: Float32Array;
  /** 1: it happened. */
  labels: Uint8Array;
  rule: Float32Array;
  vehicles: Int32Array;
  /** 1: a row of a test vehicle, which is not trained with. */
  test: Uint8Array;
}

/** Of vehicles, in percent: those that a model is judged by. */
const TEST_PERCENT = 30;
/** Rows that are written at once. */
const ROWS = 10_000;

/** By the vehicle's name alone: it stays one through all trainings. */
const isTest = (vehicle: string): boolean =>
  createHash("sha256").update(vehicle).digest().readUInt32BE() % 100 < TEST_PERCENT;

const bytesOf = ({buffer, byteOffset, byteLength}: NodeJS.TypedArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** A file that grows by parts, and its hash. */
function column(path: string) {
  const file = openSync(path, "w");
  const hash = createHash("sha256");
  return {
    write(part: NodeJS.TypedArray) {
      writeSync(file, bytesOf(part));
      hash.update(bytesOf(part));
    },
    close() {
      closeSync(file);
      return hash.digest("hex");
    },
  };
}

const COLUMNS = ["features.f32", "labels.u8", "rule.f32", "vehicles.i32", "test.u8"] as const;

/** Writes rows of `featureRows` into the folder, and what there is to say of them. A feature that is not known is NaN; a rule that is silent scores 0. */
export async function writeDataset(
  work: string,
  rows: AsyncIterable<Cell[]>,
  about: Pick<Meta, "model" | "features" | "since" | "until" | "source" | "step" | "target" | "sampling">,
): Promise<Meta> {
  const width = about.features.length;
  const columns = COLUMNS.map((name) => column(join(work, name)));
  const parts = [
    new Float32Array(ROWS * width),
    new Uint8Array(ROWS),
    new Float32Array(ROWS),
    new Int32Array(ROWS),
    new Uint8Array(ROWS),
  ] as const;
  const vehicles = new Map<string, {index: number; test: boolean}>();
  let [count, positives, testPositives, filled] = [0, 0, 0, 0];
  const flush = () => {
    for (const [at, part] of parts.entries()) columns[at]!.write(part.subarray(0, filled * (at === 0 ? width : 1)));
    filled = 0;
  };
  for await (const [name, _seconds, ...figures] of rows) {
    const id = name as string;
    const vehicle = vehicles.get(id) ?? {index: vehicles.size, test: isTest(id)};
    vehicles.set(id, vehicle);
    for (let at = 0; at < width; at++) parts[0][filled * width + at] = (figures[at] as number | null) ?? Number.NaN;
    const [rule, label] = figures.slice(width) as number[];
    parts[1][filled] = label!;
    parts[2][filled] = rule ?? 0;
    parts[3][filled] = vehicle.index;
    parts[4][filled] = vehicle.test ? 1 : 0;
    positives += label!;
    if (vehicle.test) testPositives += label!;
    count++;
    if (++filled === ROWS) flush();
  }
  flush();
  const meta = {
    ...about,
    rows: count,
    positives,
    vehicles: vehicles.size,
    testVehicles: [...vehicles.values()].filter(({test}) => test).length,
    testPositives,
    files: Object.fromEntries(COLUMNS.map((file, at) => [file, columns[at]!.close()])),
  };
  writeFileSync(join(work, "meta.json"), JSON.stringify(meta));
  return meta;
}

/** The bytes of a file of the folder, at the start of memory of their own: figures begin at multiples of four. */
export const bytesIn = (work: string, file: string): ArrayBuffer =>
  new Uint8Array(readFileSync(join(work, file))).buffer;

export const readDataset = (work: string): Dataset => ({
  meta: JSON.parse(readFileSync(join(work, "meta.json"), "utf8")),
  features: new Float32Array(bytesIn(work, "features.f32")),
  labels: new Uint8Array(bytesIn(work, "labels.u8")),
  rule: new Float32Array(bytesIn(work, "rule.f32")),
  vehicles: new Int32Array(bytesIn(work, "vehicles.i32")),
  test: new Uint8Array(bytesIn(work, "test.u8")),
});
