import {type EventField, MOST_FIELDS, TAKEN} from "../../api/components/event.ts";
import type {Row} from "../../api/event/row.ts";
import {FIGURE_NAMES, TIME} from "../../api/event.ts";
import {isRawJSON, parseExact} from "../../api/exact-json.ts";
import {type Leaf, leavesOf} from "./event-leaves.ts";

/** Fields of the default format that stand among the additional fields: a reading that is none, or a time finer than milliseconds. */
const KNOWN: string[] = [...FIGURE_NAMES, TIME.name];
const MOST_NAME = 48;

/** Proposes spec.event.fields for what samples say beside the fields of the default format. */
export function fieldsIn(rows: Row[]): EventField[] {
  const taken = new Set<string>(TAKEN);
  const leaves = leavesOf(rows.flatMap(({extra}) => (extra === null ? [] : [parseExact(extra)])));
  const fields = leaves.flatMap((leaf): EventField[] => {
    const type = typeOf(leaf);
    const name = nameOf(leaf, taken);
    if (KNOWN.includes(leaf.path) || !type || !name) return [];
    taken.add(name);
    return [{name, type, ...(leaf.path === name ? {} : {path: leaf.path})}];
  });
  return fields.slice(0, MOST_FIELDS);
}

/** Whole numbers of so many samples, so many of them different, are not the whole ones of a reading with fractions. */
const SURE_VALUES = 5;
const SURE_DIFFERENT = 3;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/;

/** A type that takes each value of the samples, and later ones like these: it cannot be changed. Undefined of what is no reading. */
function typeOf({values}: Leaf): EventField["type"] | undefined {
  const said = values.filter((value) => value !== null);
  const all = (is: (value: unknown) => boolean) => said.length > 0 && said.every(is);
  if (all((value) => typeof value === "boolean")) return "boolean";
  if (all((value) => typeof value === "number" || isRawJSON(value))) return numberType(said.map(digitsOf));
  if (all((value) => typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value))))
    return "timestamp";
  // A text that is always the same is a name or a version.
  if (all((value) => typeof value === "string")) return new Set(said).size > 1 ? "string" : undefined;
  return said.length > 0 ? "json" : undefined;
}

const digitsOf = (value: unknown) => (isRawJSON(value) ? value.rawJSON : String(value));

function numberType(digits: string[]): EventField["type"] {
  if (!digits.every((text) => /^-?\d{1,18}$/.test(text))) return "double";
  const isLong = digits.some((text) => !Number.isSafeInteger(Number(text)));
  const isSure = digits.length >= SURE_VALUES && new Set(digits).size >= SURE_DIFFERENT;
  return isLong || isSure ? "bigint" : "double";
}

const columnName = (text: string) =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, MOST_NAME);

/** The name of a column: the leaf's own, or its whole path where that is taken; undefined if nothing is left of either. */
function nameOf({name, path}: Leaf, taken: Set<string>): string | undefined {
  return [columnName(name), columnName(path), columnName(`field ${path}`)].find((one) => one !== "" && !taken.has(one));
}
