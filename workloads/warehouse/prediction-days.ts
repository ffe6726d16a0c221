import type {Wanted} from "./tables.ts";

/** Predictions by UTC day: which days the warehouse lacks, and the task that fills one in. Pure. */

export const DAY_MS = 86_400_000;
/** Sums of doubles depend on their order. */
const TOLERANCE = 1e-9;

/** One row of table `prediction`, or a group of them. */
interface Said {
  model: string;
  version: number;
  label: string;
  actual: string | null;
}

/** How many predictions say the same, and the sum of their scores. */
interface Group {
  rows: number;
  score: number;
}

/** A day's predictions, by what they say. */
export type Contents = Map<string, Group>;

/** Adds predictions to those of a day. */
export function count(contents: Contents, {model, version, label, actual}: Said, {rows, score}: Group): void {
  const key = JSON.stringify([model, version, label, actual]);
  const group = contents.get(key) ?? {rows: 0, score: 0};
  contents.set(key, {rows: group.rows + rows, score: group.score + score});
}

export const rowsOf = (contents: Contents | undefined): number =>
  [...(contents?.values() ?? [])].reduce((sum, {rows}) => sum + rows, 0);

export const sameContents = (a: Contents, b: Contents | undefined): boolean =>
  a.size === b?.size &&
  [...a].every(([key, {rows, score}]) => {
    const other = b.get(key);
    return rows === other?.rows && Math.abs(score - other.score) <= TOLERANCE * Math.max(1, Math.abs(score));
  });

/** What a store has, by the first ms of each day. */
export type Days = Map<number, Contents>;

/** @param rows of either store, each a group of a day's predictions */
export function daysOf(rows: (Said & Group & {day: number})[]): Days {
  const days: Days = new Map();
  for (const row of rows) {
    const contents = days.get(row.day) ?? new Map();
    count(contents, row, row);
    days.set(row.day, contents);
  }
  return days;
}

/**
 * The days that the warehouse has to be given, newest first. One of which the database has fewer rows stays: it lost them, for it never takes one back.
 */
export const differing = (database: Days, warehouse: Days): number[] =>
  [...database]
    .filter(([day, contents]) => {
      const has = warehouse.get(day);
      return !sameContents(contents, has) && rowsOf(contents) >= rowsOf(has);
    })
    .map(([day]) => day)
    .sort((a, b) => b - a);

/**
 * The first day of which neither side drops rows by their age yet, ms.
 *
 * @param keptSeconds by each side; undefined: for ever
 */
export function firstWhole(now: number, keptSeconds: (number | undefined)[]): number {
  const seconds = Math.min(...keptSeconds.map((each) => each ?? Number.POSITIVE_INFINITY));
  return seconds * 1_000 > now ? 0 : Math.ceil((now - seconds * 1_000) / DAY_MS) * DAY_MS;
}

export const predictionsTable = ({table}: Pick<Wanted, "table">): string => `${table}_predictions`;
/** How long its rows stay: as those of the events. */
export const PREDICTIONS_KEPT_AS = "events";

/** Groups of a day's predictions in Druid. */
export const druidDays = (wanted: Pick<Wanted, "table">, since: number, until?: number): string =>
  `SELECT TIMESTAMP_TO_MILLIS(FLOOR(__time TO DAY)) AS "day", "model", "version", "label", "actual", COUNT(*) AS "rows", SUM("score") AS "score"
FROM "${predictionsTable(wanted)}" WHERE __time >= MILLIS_TO_TIMESTAMP(${since})${until === undefined ? "" : ` AND __time < MILLIS_TO_TIMESTAMP(${until})`} GROUP BY 1, 2, 3, 4, 5`;

/** The beginning of the ids of the tasks. */
export const taskPrefix = (wanted: Pick<Wanted, "table">): string => `${predictionsTable(wanted)}-load-`;

/**
 * Takes the place of a day, all at once, with the rows that the URL gives: whatever ends the task earlier, the day stays as it was.
 *
 * @param token makes the id of the task unique
 */
export const loadTask = (wanted: Pick<Wanted, "table">, day: number, url: string, token: string) => ({
  type: "index_parallel",
  id: `${taskPrefix(wanted)}${dayName(day)}-${token}`,
  spec: {
    dataSchema: {
      dataSource: predictionsTable(wanted),
      timestampSpec: {column: "ts", format: "millis"},
      dimensionsSpec: {
        dimensions: [
          "vehicle_id",
          "model",
          {type: "long", name: "version"},
          {type: "long", name: "horizon"},
          {type: "double", name: "score"},
          "label",
          "actual",
        ],
      },
      granularitySpec: {
        type: "uniform",
        segmentGranularity: "DAY",
        queryGranularity: "NONE",
        rollup: false,
        intervals: [`${new Date(day).toISOString()}/${new Date(day + DAY_MS).toISOString()}`],
      },
    },
    ioConfig: {
      type: "index_parallel",
      inputSource: {type: "http", uris: [url]},
      inputFormat: {type: "json"},
      appendToExisting: false,
    },
    // A line that it cannot read ends the task: by default it would leave the line out.
    tuningConfig: {type: "index_parallel", maxNumConcurrentSubTasks: 1, maxRowsInMemory: 50_000, maxParseExceptions: 0},
  },
});

/** Of an error with its stack, as Java writes it: what went wrong, and the first cause. */
export function causeOf(trace: string): string {
  const said = trace.split("\n").filter((line) => /^\S/.test(line));
  const cause = said.findLast((line) => line.startsWith("Caused by: "));
  return [said[0], cause].filter(Boolean).join("; ");
}

/** For people. */
export const dayName = (day: number): string => new Date(day).toISOString().slice(0, 10);
