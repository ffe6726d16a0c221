import {StringDecoder} from "node:string_decoder";
import {csvCell, csvCells, csvText} from "../../api/csv.ts";
import {type EventColumn, readColumn, textOf} from "../../api/event/columns.ts";
import {isoSql, restSql} from "../../api/event/columns-sql.ts";
import {FLAGS_SQL} from "../../api/event/quality-sql.ts";
import {FIGURE_NAMES} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";

const QUOTE = 34;

/**
 * What a row is selected as for a table with these columns. A column that the table does not have yet is empty; what is in a column
 * that no field has any more is an additional field.
 *
 * @param made the columns of fields that the table has
 */
export function csvSelection(columns: EventColumn[], made: EventColumn[]): string {
  const there = new Set(made.map(({name}) => name));
  const wanted = new Set(columns.map(({name}) => name));
  const cells = columns.map(({name, type}) => {
    if (!there.has(name)) return "NULL";
    if (type === "timestamp") return isoSql(`"${name}"`);
    return type === "boolean" ? `"${name}"::text` : `"${name}"`;
  });
  const rest = restSql(made.filter(({name}) => !wanted.has(name)));
  return ["vehicle_id", isoSql("ts"), ...FIGURE_NAMES, ...cells, FLAGS_SQL, rest].join(", ");
}

/** Moves values of these columns out of the additional fields, where rows have them that are older than the column. */
export function settled(columns: EventColumn[]): (record: string) => string {
  if (columns.length === 0) return (record) => record;
  const named = new RegExp(`""(${columns.map(({name}) => name).join("|")})""`);
  return (record) => {
    if (record.endsWith(",") || !named.test(record)) return record;
    const cells = csvCells(record);
    const extra = parseExact(csvText(cells.at(-1)!) ?? "{}");
    // The last two are the flags and the additional fields.
    const first = cells.length - 2 - columns.length;
    for (const [at, column] of columns.entries()) {
      const value = Object.hasOwn(extra, column.name) ? extra[column.name] : undefined;
      if (value === undefined || cells[first + at] !== "") continue;
      const typed = value === null ? null : readColumn(column, value);
      if (typed === undefined) continue;
      cells[first + at] = csvCell(textOf(column, typed));
      delete extra[column.name];
    }
    cells[cells.length - 1] = Object.keys(extra).length === 0 ? "" : csvCell(JSON.stringify(extra));
    return cells.join();
  };
}

/** Takes a stream of CSV apart behind its records; a text in quotes may hold line breaks. */
export async function* recordsOf(stream: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<string[]> {
  const decoder = new StringDecoder("utf8");
  let [rest, quoted] = ["", false];
  for await (const bytes of stream) {
    const seen = rest.length;
    const text = rest + decoder.write(bytes);
    const records: string[] = [];
    let start = 0;
    for (let at = seen; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) quoted = !quoted;
      else if (code === 10 && !quoted) {
        records.push(text.slice(start, at));
        start = at + 1;
      }
    }
    rest = text.slice(start);
    if (records.length > 0) yield records;
  }
}
