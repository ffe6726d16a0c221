import {type EventColumn, kindOf} from "./columns.ts";

/** A column of the table of windows that says something of a field. */
interface WindowColumn {
  name: string;
  field: string;
  of: "avg" | "min" | "max";
  postgres: string;
  flink: string;
}

const DOUBLE = {postgres: "double precision", flink: "DOUBLE"};
const BIGINT = {postgres: "bigint", flink: "BIGINT"};

/** Flink's planner takes minutes, and more memory than a JobManager of profile Dev has, for twice as many. */
export const MOST_WINDOW_FIELDS = 100;

/** Of the first fields that are numbers the average, least and greatest value in the window. */
export const windowColumns = (columns: EventColumn[]): WindowColumn[] =>
  columns
    .filter((column) => kindOf(column).number)
    .slice(0, MOST_WINDOW_FIELDS)
    .flatMap((column) => {
      const {number} = kindOf(column);
      const types = {avg: DOUBLE, min: number === "whole" ? BIGINT : DOUBLE, max: number === "whole" ? BIGINT : DOUBLE};
      const {name: field} = column;
      return (["avg", "min", "max"] as const).map((of) => ({name: `${of}_${field}`, field, of, ...types[of]}));
    });
