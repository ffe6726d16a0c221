import {type EventColumn, kindOf} from "../../../api/event/columns.ts";
import {windowColumns} from "../../../api/event/windows.ts";

/** The parts of the SQL that come of the spec's fields; empty texts without any. */
interface Fields {
  /** Columns of the topic's table. */
  definitions: string;
  /** Name of Kafka's time in that table. */
  arrived: string;
  /** Columns of the first view, and of the last one. */
  selected: string;
  passed: string;
  windows: {columns: string; values: string};
}

/** Names that the views have for something else, and those that a field of one of these names gets instead. */
const TAKEN =
  /^(arrived|ts|has_fix|is_first|events|last_speed|step_km|most_km|distance_km|left_out|(place|before|window|field)_.*)$/;
const nameIn = (name: string) => (TAKEN.test(name) ? `field_${name}` : name);

const quoted = (name: string) => `\`${name}\``;
const list = (parts: string[], before = ",\n  ") => (parts.length === 0 ? "" : `${before}${parts.join(", ")}`);

/** What is typed, within its bounds and required is decided before: the topic's events have each field as its column has it, or not at all. */
export function fieldsOf(columns: EventColumn[] = []): Fields {
  const windows = windowColumns(columns);
  const value = ({of, field, flink}: (typeof windows)[number]) =>
    `${of.toUpperCase()}(CAST(${quoted(nameIn(field))} AS ${flink}))`;
  return {
    definitions: columns.map((column) => `\n  ${quoted(column.name)} ${kindOf(column).flink},`).join(""),
    // No field's name begins so.
    arrived: columns.some(({name}) => name === "arrived") ? "_arrived" : "arrived",
    selected: list(
      columns.map(({name}) => (nameIn(name) === name ? quoted(name) : `${quoted(name)} AS ${quoted(nameIn(name))}`)),
    ),
    passed: list(columns.map(({name}) => quoted(nameIn(name)))),
    windows: {
      columns: windows.map(({name, flink}) => `\n  ${quoted(name)} ${flink},`).join(""),
      values: list(windows.map(value)),
    },
  };
}
