import {createHash} from "node:crypto";
import type {TableName} from "../../api/components/warehouse.ts";
import type {EventColumn} from "../../api/event/columns.ts";
import {FIGURE_NAMES, MEASURES, TIME, VEHICLE} from "../../api/event.ts";

/** What Druid's tables are made of: pure, by the spec's event and the warehouse's part of it. */
export interface Wanted {
  /** The table with every event; the names of the others begin with it. */
  table: string;
  pipeline: string;
  topic: string;
  /** Of Kafka's own client. */
  consumer: Record<string, unknown>;
  columns: EventColumn[];
  handoffSeconds: number;
  /** Seconds by table; without one rows stay for ever. */
  retention: Partial<Record<TableName, number>>;
  /** Historicals that each segment is on. */
  copies: number;
}

interface Shape {
  /** How much of time a segment has, and a row; the latter of the table with every event is that of the event itself. */
  segment: string;
  row: string;
  /** What a row is of, beside its time. */
  of: "event" | "fleet" | "vehicle";
  /** A segment that is younger is still added to. */
  settled: string;
  compacted: string;
}

const SHAPES: Record<TableName, Shape> = {
  events: {segment: "HOUR", row: "NONE", of: "event", settled: "PT2H", compacted: "DAY"},
  minute: {segment: "DAY", row: "MINUTE", of: "fleet", settled: "P2D", compacted: "MONTH"},
  hour: {segment: "DAY", row: "HOUR", of: "vehicle", settled: "P2D", compacted: "MONTH"},
  day: {segment: "MONTH", row: "DAY", of: "vehicle", settled: "P32D", compacted: "YEAR"},
};

export const tableOf = (table: string, name: TableName): string => (name === "events" ? table : `${table}_${name}`);

/** Of all numbers an event may have, those of which the tables of minutes, hours and days have figures. */
const MOST_FIGURES = 100;
/** Of these people ask for medians and the like. */
const QUANTILES = ["speed", "temperature"];
/** Values of a sketch: the rank of a quantile is off by 1.7 % at most, nearly always. */
const SKETCH_SIZE = 128;

const isNumber = ({type}: EventColumn): boolean => ["double", "float", "int", "bigint"].includes(type);

/** A column of the table with every event. */
function dimension({name, type}: EventColumn): unknown {
  if (type === "double" || type === "float") return {type: "double", name};
  if (type === "int" || type === "bigint") return {type: "long", name};
  if (type === "json") return {type: "json", name};
  return name;
}

function dimensions({of}: Shape, columns: EventColumn[]): unknown[] {
  if (of === "fleet") return ["pipeline"];
  if (of === "vehicle") return [VEHICLE.name];
  return [VEHICLE.name, ...FIGURE_NAMES.map((name) => ({type: "double", name})), ...columns.map(dimension)];
}

/** Null is no 0: how many had a value is counted beside their sum. */
const figuresOf = (name: string) => [
  {type: "doubleSum", name: `${name}_sum`, fieldName: name},
  {
    type: "filtered",
    filter: {type: "not", field: {type: "null", column: name}},
    aggregator: {type: "count", name: `${name}_count`},
  },
  {type: "doubleMin", name: `${name}_min`, fieldName: name},
  {type: "doubleMax", name: `${name}_max`, fieldName: name},
];

function metrics({of}: Shape, columns: EventColumn[]): unknown[] {
  if (of === "event") return [];
  const numbers = [...MEASURES.map(({name}) => name), ...columns.filter(isNumber).map(({name}) => name)];
  return [
    {type: "count", name: "events"},
    {type: "HLLSketchBuild", name: "vehicles", fieldName: VEHICLE.name},
    ...numbers.slice(0, MOST_FIGURES).flatMap(figuresOf),
    ...QUANTILES.map((name) => ({
      type: "quantilesDoublesSketch",
      name: `${name}_quantiles`,
      fieldName: name,
      k: SKETCH_SIZE,
    })),
  ];
}

/** The name of the mark by which a supervisor is known to be as it is wanted. */
const MARK = "telemetry.dev/spec";
export const markOf = (supervisor: any): string | undefined => supervisor?.context?.[MARK];

/** What takes events of Kafka into a table, each once: Druid keeps the positions with the segments. */
export function supervisor(name: TableName, wanted: Wanted) {
  const shape = SHAPES[name];
  const {table, pipeline, topic, consumer, columns, handoffSeconds} = wanted;
  const spec = {
    dataSchema: {
      dataSource: tableOf(table, name),
      // The writer of the topic says by a record without an event that a partition is silent.
      timestampSpec: {column: TIME.name, format: "iso", missingValue: "1970-01-01T00:00:00.000Z"},
      transformSpec: {
        filter: {type: "not", field: {type: "null", column: VEHICLE.name}},
        ...(shape.of === "fleet"
          ? {transforms: [{type: "expression", name: "pipeline", expression: `'${pipeline}'`}]}
          : {}),
      },
      dimensionsSpec: {dimensions: dimensions(shape, columns)},
      metricsSpec: metrics(shape, columns),
      granularitySpec: {
        type: "uniform",
        segmentGranularity: shape.segment,
        queryGranularity: shape.row,
        rollup: shape.of !== "event",
      },
    },
    ioConfig: {
      type: "kafka",
      topic,
      inputFormat: {type: "json"},
      consumerProperties: {"isolation.level": "read_committed", ...consumer},
      useEarliestOffset: true,
      taskCount: 1,
      replicas: 1,
      taskDuration: `PT${handoffSeconds}S`,
      completionTimeout: "PT30M",
      startDelay: "PT1S",
      period: "PT10S",
    },
    tuningConfig: {
      type: "kafka",
      maxRowsInMemory: 50_000,
      intermediatePersistPeriod: "PT5M",
      // Of what Kafka has dropped by its age, the rest is read.
      resetOffsetAutomatically: true,
      offsetFetchPeriod: "PT10S",
      workerThreads: 1,
      chatThreads: 1,
      logParseExceptions: true,
      maxSavedParseExceptions: 5,
    },
  };
  const mark = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 16);
  return {type: "kafka", spec, context: {[MARK]: mark}};
}

/** How long segments stay, and on how many historicals. */
export function rules(name: TableName, {retention, copies}: Wanted): object[] {
  const tieredReplicants = {_default_tier: copies};
  const seconds = retention[name];
  if (seconds === undefined) return [{type: "loadForever", tieredReplicants}];
  return [
    {type: "loadByPeriod", period: `PT${seconds}S`, includeFuture: true, tieredReplicants},
    {type: "dropForever"},
  ];
}

/** How settled segments become fewer and larger. */
export const compaction = (name: TableName, {table}: Wanted): object => ({
  dataSource: tableOf(table, name),
  skipOffsetFromLatest: SHAPES[name].settled,
  granularitySpec: {segmentGranularity: SHAPES[name].compacted},
  tuningConfig: {maxRowsInMemory: 50_000, partitionsSpec: {type: "dynamic", maxRowsPerSegment: 5_000_000}},
});
