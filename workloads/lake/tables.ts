import {type EventColumn, kindOf} from "../../api/event/columns.ts";
import {POSITION} from "../../api/event/identity.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {FIGURE_NAMES, TIME, VEHICLE} from "../../api/event.ts";
import {
  currentSchema,
  type Field,
  type SortOrder,
  type TableMetadata,
  type TableSchema,
  type Update,
} from "./iceberg/types.ts";

/** The tables of the lake. */
export const EVENTS = "events";
export const DEAD_LETTERS = "dead_letters";
/** There once predictions have been copied. */
export const PREDICTIONS = "predictions";

/** Properties of the table of events: what its columns were made of, and what the key of its rows is. */
const FIELDS_PROPERTY = "telemetry.fields";
export const IDENTITY_PROPERTY = "telemetry.identity";

type Column = Pick<Field, "name" | "type" | "doc">;

const KEY: Column[] = [
  {name: VEHICLE.name, type: "string"},
  {name: TIME.name, type: "timestamptz"},
];

/** The columns of events, those of the spec's fields among them. */
export const eventTableColumns = (columns: EventColumn[]): Column[] => [
  ...KEY,
  ...FIGURE_NAMES.map((name) => ({name, type: "double"})),
  ...columns.map(fieldColumn),
  {name: FLAG_COLUMN, type: "int", doc: "Bits of what is doubtful; null of an event without doubt."},
  {name: "extra", type: "string", doc: "JSON of what is in no column."},
  ...POSITION.map(fieldColumn),
];

const fieldColumn = (column: EventColumn): Column => ({name: column.name, type: kindOf(column).iceberg});

export const letterColumns: Column[] = [
  {name: TIME.name, type: "timestamptz", doc: "Kafka's time of the letter."},
  {name: "store", type: "string", doc: "The store whose ingester wrote it."},
  {name: "reason", type: "string"},
  {name: "source_topic", type: "string"},
  {name: "source_partition", type: "int"},
  {name: "source_offset", type: "long"},
  {name: "key", type: "binary"},
  {name: "value", type: "binary"},
  {name: "headers", type: "string", doc: "JSON: a list of [name, value by base64]."},
  ...POSITION.slice(0, 3).map(fieldColumn),
];

export const predictionColumns: Column[] = [
  ...KEY,
  {name: "model", type: "string"},
  {name: "version", type: "int", doc: "0: the rule."},
  {name: "horizon_seconds", type: "double"},
  {name: "score", type: "double"},
  {name: "label", type: "string", doc: "What was predicted."},
  {name: "actual", type: "string", doc: "What happened; null until that is known."},
];

/** The order of rows that are found by their vehicle. */
export const BY_VEHICLE = [VEHICLE.name, TIME.name];

/** A table as it is made. */
export interface TablePlan {
  columns: Column[];
  sortedBy: string[];
  properties: Record<string, string>;
}

const PROPERTIES = {
  "format-version": "2",
  "write.format.default": "parquet",
  "write.parquet.compression-codec": "zstd",
  // Each commit leaves one, and only the newest say anything.
  "write.metadata.delete-after-commit.enabled": "true",
  "write.metadata.previous-versions-max": "20",
};

export const tablePlans = (columns: EventColumn[], identity: string): Record<string, TablePlan> => ({
  [EVENTS]: {
    columns: eventTableColumns(columns),
    sortedBy: BY_VEHICLE,
    properties: {
      ...PROPERTIES,
      [FIELDS_PROPERTY]: fieldsText(columns),
      [IDENTITY_PROPERTY]: identity,
    },
  },
  [DEAD_LETTERS]: {columns: letterColumns, sortedBy: [TIME.name], properties: PROPERTIES},
});

export const predictionsPlan: TablePlan = {columns: predictionColumns, sortedBy: BY_VEHICLE, properties: PROPERTIES};

const fieldsText = (columns: Pick<EventColumn, "name" | "type">[]) =>
  JSON.stringify(columns.map(({name, type}) => ({name, type})));

/** The columns that were made of fields, whether the spec still has these or not. */
export const madeColumns = ({properties = {}}: Pick<TableMetadata, "properties">): EventColumn[] =>
  JSON.parse(properties[FIELDS_PROPERTY] ?? "[]");

const fieldsOf = (columns: Column[], after: number): Field[] =>
  columns.map((column, at) => ({id: after + at + 1, required: false, ...column}));

/** What a catalogue makes a table of: partitioned by day, in files sorted by vehicle and time. */
export function newTable({columns, sortedBy, properties}: TablePlan) {
  const fields = fieldsOf(columns, 0);
  const idOf = (name: string) => fields.find((field) => field.name === name)!.id;
  const schema: TableSchema = {type: "struct", "schema-id": 0, fields};
  const day = {name: `${TIME.name}_day`, transform: "day", "source-id": idOf(TIME.name), "field-id": 1_000};
  const sortOrder: SortOrder = {
    "order-id": 1,
    fields: sortedBy.map((name) => ({
      transform: "identity",
      "source-id": idOf(name),
      direction: "asc",
      "null-order": "nulls-first",
    })),
  };
  return {schema, spec: {"spec-id": 0, fields: [day]}, sortOrder, properties};
}

/** The type of each column that the table has, of those that have one here. */
export const typesOf = (metadata: TableMetadata): Record<string, string> =>
  Object.fromEntries(
    currentSchema(metadata).fields.map(({name, type}) => [name, typeof type === "string" ? type : "a nested type"]),
  );

/** Notes what the table is, and adds columns that it lacks. A column that no field has any more stays with its data. */
export function additionOf(
  metadata: TableMetadata,
  missing: Column[],
  made: Pick<EventColumn, "name" | "type">[],
  identity: string,
): Update[] {
  const {fields} = currentSchema(metadata);
  const last = metadata["last-column-id"];
  const schemaId = Math.max(...metadata.schemas.map((schema) => schema["schema-id"] ?? 0)) + 1;
  const schema: TableSchema = {type: "struct", "schema-id": schemaId, fields: [...fields, ...fieldsOf(missing, last)]};
  return [
    ...(missing.length > 0
      ? [
          {action: "add-schema", schema, "last-column-id": last + missing.length},
          {action: "set-current-schema", "schema-id": -1},
        ]
      : []),
    {action: "set-properties", updates: {[FIELDS_PROPERTY]: fieldsText(made), [IDENTITY_PROPERTY]: identity}},
  ];
}
