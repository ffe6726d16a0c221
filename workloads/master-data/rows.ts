import {VEHICLE} from "../../api/event.ts";
import {ATTRIBUTE, type MasterKindName, masterKind} from "../../api/master-data.ts";

/** What a column of a file is: the key, a column of the table, the time from which the row holds, or a further attribute by its name. */
type Column =
  | {is: "key"}
  | {is: "column"; name: string; type: "text" | "date"}
  | {is: "valid_from"}
  | {is: "attribute"; name: string}
  | {is: "nameless"};

/** The columns of a file, and those of the table that it has. */
export interface Heading {
  columns: Column[];
  given: string[];
  attributes: string[];
  hasMoment: boolean;
}

/** A row as it goes to the server: texts of each column in the order of the heading's `given`. */
interface MasterRow {
  key: string;
  given: (string | null)[];
  validFrom: string | null;
  attributes: Record<string, string>;
}

/** Characters of a cell. */
const MOST = 500;
const VALID_FROM = "valid_from";
const VEHICLE_ID = new RegExp(VEHICLE.pattern, "u");

/** The heading of a file, or what is wrong with it. */
export function headingOf(kind: MasterKindName, cells: (string | null)[]): Heading | string[] {
  const found = cells.map((cell) => columnOf(kind, cell));
  const problems = found.filter((each) => typeof each === "string");
  const columns = found.filter((each) => typeof each !== "string");
  const {key} = masterKind(kind);
  if (!columns.some(({is}) => is === "key"))
    problems.push(`there is no column ${key}: the first line names the columns, ${key} among them`);
  const names = columns.flatMap((column) => nameOf(column) ?? []);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice) problems.push(`column ${twice === "key" ? key : twice} is there twice: leave one out`);
  if (problems.length > 0) return problems;
  return {
    columns,
    given: columns.flatMap((column) => (column.is === "column" ? column.name : [])),
    attributes: columns.flatMap((column) => (column.is === "attribute" ? column.name : [])),
    hasMoment: columns.some(({is}) => is === "valid_from"),
  };
}

const nameOf = (column: Column): string | undefined => {
  if (column.is === "nameless") return undefined;
  if (column.is === "attribute") return `${ATTRIBUTE}${column.name}`;
  return column.is === "column" ? column.name : column.is;
};

/** By its name, whatever its case, with blanks or without; `group` is group_id. */
function columnOf(kind: MasterKindName, cell: string | null): Column | string {
  if (cell === null) return {is: "nameless"};
  if (cell.toLowerCase().startsWith(ATTRIBUTE)) {
    const name = cell.slice(ATTRIBUTE.length).trim();
    return name ? {is: "attribute", name} : `column "${cell}" names no attribute: write ${ATTRIBUTE}color, for example`;
  }
  const {key, columns} = masterKind(kind);
  const plain = cell.toLowerCase().replaceAll(/[ -]+/g, "_");
  for (const name of [plain, `${plain}_id`]) {
    if (name === key) return {is: "key"};
    const type = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (type) return {is: "column", name, type};
  }
  if (plain === VALID_FROM) return {is: VALID_FROM};
  const known = [key, ...Object.keys(columns), VALID_FROM].join(", ");
  return `column "${shown(cell)}" is unknown: name it ${ATTRIBUTE}${plain} to keep it as it is, or one of ${known}`;
}

/** A row of a file by its heading, or what is wrong with it. */
export function rowOf(kind: MasterKindName, {columns}: Heading, cells: (string | null)[]): MasterRow | string[] {
  if (cells.length < columns.length)
    return [`the row has ${cells.length} of ${columns.length} cells: see whether the file is complete`];
  const row: MasterRow = {key: "", given: [], validFrom: null, attributes: {}};
  const problems: string[] = [];
  for (const [at, cell] of cells.entries()) {
    const column = columns[at];
    const problem = cell === null ? undefined : problemOf(kind, column, cell, at);
    if (problem) problems.push(problem);
    else if (column?.is === "column") row.given.push(cell);
    else if (column?.is === "valid_from") row.validFrom = cell;
    else if (column?.is === "attribute" && cell !== null) row.attributes[column.name] = cell;
    else if (column?.is === "key" && cell !== null) row.key = cell;
  }
  if (row.key === "" && problems.length === 0) problems.push(`${masterKind(kind).key} is empty: every row needs one`);
  return problems.length > 0 ? problems : row;
}

function problemOf(kind: MasterKindName, column: Column | undefined, cell: string, at: number): string | undefined {
  if (!column) return `the row has more cells than the first line: put a cell that has the delimiter in it in quotes`;
  const {key} = masterKind(kind);
  const name = column.is === "key" ? key : (nameOf(column) ?? "");
  if (/\p{Cc}/u.test(cell)) return `${name} has a line break or another control character in it: take it out`;
  if (cell.length > MOST) return `${name} has ${cell.length} characters, of which ${MOST} are taken`;
  if (column.is === "nameless") return `"${shown(cell)}" is in column ${at + 1}, which has no name in the first line`;
  if (column.is === "key" && kind === "vehicles" && !VEHICLE_ID.test(cell))
    return `${key} "${shown(cell)}" is none that events can have: ${VEHICLE.description}`;
  if (column.is === "column" && column.type === "date" && !isDate(cell))
    return `${name} "${shown(cell)}" is no date: write it as 2027-03-31`;
  if (column.is === "valid_from" && !isMoment(cell))
    return `${name} "${shown(cell)}" is no time: write it as 2027-03-31 (UTC) or 2027-03-31T08:00:00+02:00`;
  return undefined;
}

const shown = (cell: string) => (cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);

const isDate = (text: string): boolean => {
  const [, year] = /^(\d{4})-\d{2}-\d{2}$/.exec(text) ?? [];
  const date = new Date(`${text}T00:00:00Z`);
  return Number(year) >= 1900 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** With its zone: what "08:00" is depends on who reads it. */
const isMoment = (text: string): boolean => {
  const [, day, time] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})))?$/.exec(text) ?? [];
  return day !== undefined && isDate(day) && (time === undefined || !Number.isNaN(Date.parse(`${day}T${time}`)));
};
