import {type Dialect, type EventMapping, MOST_ALTERNATIVES} from "../../api/components/event.ts";
import {createReader} from "../../api/event/read.ts";
import type {Sample} from "./event.ts";

/** How well a mapping reads samples. */
interface Reading {
  mapping: EventMapping;
  read: number;
  /** Speed, temperature and humidity that were found. */
  readings: number;
  /** Of the first event that was not read. */
  reason: string | undefined;
}

function readingOf(samples: Sample[], mapping: EventMapping): Reading {
  const reader = createReader(mapping);
  let [read, readings] = [0, 0];
  let reason: string | undefined;
  for (const sample of samples) {
    const {rows, problems} = reader(sample);
    if (rows.length > 0 && problems.length === 0) read++;
    reason ??= problems[0]?.reason;
    for (const row of rows)
      readings += [row.speed, row.temperature, row.humidity].filter((value) => value !== null).length;
  }
  return {mapping, read, readings, reason};
}

/** The one that reads most events; of those that read as many, the one that finds more readings; of these the first. */
const bestOf = (found: Reading[]): Reading => found.sort((a, b) => b.read - a.read || b.readings - a.readings)[0]!;

/** So many dialects are tried in each order. */
const MOST_ORDERED = 4;

/**
 * The mapping that reads most of the samples, with an alternative for each dialect that it does not read.
 *
 * @param candidatesOf the mappings that may read some samples, the simplest first
 */
export function bestMapping(samples: Sample[], candidatesOf: (samples: Sample[]) => Dialect[]): Reading {
  const dialects: Dialect[] = [];
  let left = samples;
  while (left.length > 0 && dialects.length < MOST_ALTERNATIVES) {
    const {mapping, read} = bestOf(candidatesOf(left).map((candidate) => readingOf(left, candidate)));
    if (read === 0) break;
    if (isMapping(mapping)) dialects.push(mapping);
    const reader = createReader(mapping);
    left = left.filter((sample) => reader(sample).problems.length > 0);
  }
  if (dialects.length === 0) return readingOf(samples, {});
  // The default format is a dialect of its own only where another one reads its fields differently.
  const orders = [dialects, [...dialects, {}]].flatMap(ordersOf);
  return bestOf(orders.map(([first, ...alternatives]) => readingOf(samples, joined(first!, alternatives))));
}

const isMapping = (dialect: Dialect) => Object.keys(dialect).length > 0;

const joined = (first: Dialect, alternatives: Dialect[]): EventMapping =>
  alternatives.length > 0 ? {...first, alternatives} : first;

function ordersOf<T>(list: T[]): T[][] {
  if (list.length < 2 || list.length > MOST_ORDERED) return [list];
  return list.flatMap((one, at) => ordersOf(list.toSpliced(at, 1)).map((rest) => [one, ...rest]));
}
