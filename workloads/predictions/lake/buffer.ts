import {type Columns, coded, FIRST_ROWS, type Growing, numbers, texts} from "../../ingester/lake-columns.ts";
import type {ColumnData} from "../../lake/parquet/column.ts";
import {predictionColumns} from "../../lake/tables.ts";
import type {Cell} from "../source.ts";

/** Of texts but few differ, save what happened, which may be null. */
function made({name, type}: (typeof predictionColumns)[number]): Growing {
  if (name === "actual") return texts(name);
  if (type === "string") return coded(name);
  return numbers(name, String(type), type === "timestamptz" ? "steps" : type === "int" ? "int" : "double");
}

/** Bytes of a row, more or less. */
const ROW_BYTES = 60;

type Data<Kind> = Extract<ColumnData, {kind: Kind}>;

/** Predictions of one day in columns, as they go into a file. A row has the values of the table's columns, its time in microseconds since 1970. */
export function createBuffer(day: number): Columns<Cell[]> {
  const columns = predictionColumns.map(made);
  let [rows, capacity] = [0, FIRST_ROWS];
  return {
    get rows() {
      return rows;
    },
    get bytes() {
      return rows * ROW_BYTES;
    },
    add(cells) {
      if (rows === capacity) {
        capacity *= 2;
        for (const column of columns) column.grow(capacity);
      }
      for (const [at, column] of columns.entries()) column.put(rows, cells[at]);
      rows++;
    },
    columns: () => columns.map(({name, type, data}) => ({name, type, data: data()})),
    days() {
      const [vehicles, times] = [columns[0]!.data() as Data<"coded">, columns[1]!.data() as Data<"steps">];
      const ranks = new Uint32Array(vehicles.texts.length);
      const byName = [...vehicles.texts.keys()].sort((a, b) => (vehicles.texts[a]! < vehicles.texts[b]! ? -1 : 1));
      for (const [rank, code] of byName.entries()) ranks[code] = rank;
      const rankOf = (row: number) => ranks[vehicles.codes[row]!]!;
      const inOrder = (a: number, b: number) => rankOf(a) - rankOf(b) || times.values[a]! - times.values[b]!;
      return new Map([[day, Uint32Array.from({length: rows}, (_, row) => row).sort(inOrder)]]);
    },
  };
}
