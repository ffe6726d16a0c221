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

/** Of each field that is a number its average, least and greatest value in the window. */
export const windowColumns = (columns: EventColumn[]): WindowColumn[] =>
  columns.flatMap((column) => {
    const {number} = kindOf(column);
    if (!number) return [];
    const types = {avg: DOUBLE, min: number === "whole" ? BIGINT : DOUBLE, max: number === "whole" ? BIGINT : DOUBLE};
    const {name: field} = column;
    return (["avg", "min", "max"] as const).map((of) => ({name: `${of}_${field}`, field, of, ...types[of]}));
  });
