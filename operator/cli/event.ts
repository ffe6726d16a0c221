import {readFileSync} from "node:fs";
import {isDeepStrictEqual} from "node:util";
import type {Dialect, EventMapping} from "../../api/components/event.ts";
import {type EventColumn, kindOf, readColumn, textOf} from "../../api/event/columns.ts";
import {severalTexts} from "../../api/event/likely.ts";
import {decoded, entriesOf, eventPlaces, isWhole, type Message, placesOf} from "../../api/event/path.ts";
import {createReader, dialectsOf, withPreset} from "../../api/event/read.ts";
import type {Row} from "../../api/event/row.ts";
import {numberOf} from "../../api/event/value.ts";
import {FIGURES, TIME, VEHICLE} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";
import type {Schemas} from "../../api/registry/schemas.ts";
import {inJson} from "./event-schemas.ts";
import {type Findings, table} from "./output.ts";

/** The part of a spec that says how messages are read. */
export interface TriedSpec {
  mapping?: EventMapping | undefined;
  fields?: EventColumn[] | undefined;
}

export interface Sample extends Message {
  title: string;
}

/** The messages of files; with `lines`, a text of several lines of JSON is a message for each. */
export function messagesOf(
  files: string[],
  {key, topic, headers}: {key?: string | undefined; topic?: string | undefined; headers: string[]},
  lines: boolean,
): Sample[] {
  if (files.length === 0) throw new Error("a message is needed: -f FILE, or -f - for stdin");
  const named = headers.map((header) => {
    const at = header.indexOf("=");
    if (at < 1) throw new Error(`--header: "${header}" is none: write NAME=TEXT`);
    return [header.slice(0, at), header.slice(at + 1)];
  });
  const beside = {
    key: key === undefined ? null : Buffer.from(key),
    headers: Object.fromEntries(named),
    ...(topic === undefined ? {} : {topic}),
  };
  return files.flatMap((file) => {
    const title = file === "-" ? "stdin" : file;
    const value = readFileSync(file === "-" ? 0 : file);
    const texts = lines ? severalTexts(value.toString()) : undefined;
    return texts
      ? texts.map((text, at) => ({...beside, title: `${title}, line ${at + 1}`, value: Buffer.from(text)}))
      : [{...beside, title, value}];
  });
}

/** What becomes of messages, event by event and field by field. */
export function tryEvents(messages: Sample[], {mapping, fields = []}: TriedSpec = {}, schemas?: Schemas): Findings {
  const read = createReader(mapping, fields, schemas);
  const dialects = shownDialects(mapping).map((dialect) => ({dialect, read: createReader(dialect, fields, schemas)}));
  const dialectOf = (message: Sample) => {
    const {rows} = read(message);
    const found = dialects.find((one) => isDeepStrictEqual(one.read(message).rows, rows));
    return (found ?? dialects.at(-1)!).dialect;
  };
  const data = messages.flatMap((message) => {
    const {rows, problems, parts} = read(message);
    const plain = inJson(message, schemas);
    const found = rows.map((row, at) => {
      const alone = parts ? {...message, value: Buffer.from(parts[at]!.value())} : message;
      return {
        message: message.title,
        event: parts?.[at]?.event,
        row: shown(row, fields),
        fields: fieldsOf(row, parts ? alone : plain, dialectOf(alone), fields),
      };
    });
    const dead = problems.map(({reason, part}) => ({message: message.title, event: part?.event, reason}));
    return [...found, ...dead].sort((a, b) => (a.event ?? 0) - (b.event ?? 0));
  });
  const text = data.map((one) => {
    const title = `${one.message}${one.event ? `, event ${one.event}` : ""}`;
    return "reason" in one
      ? `${title}: a dead letter\n${one.reason}`
      : `${title}: a row\n${table([["FIELD", "VALUE", "FROM"], ...one.fields.map(({field, value, from}) => [field, value, from])])}`;
  });
  return {text: text.join("\n\n"), data, ok: data.every((one) => "row" in one)};
}

/** Those of a mapping, behind the default format, which is read beside them, also in their envelopes. */
function shownDialects(mapping: EventMapping = {}): Dialect[] {
  const dialects = dialectsOf(mapping);
  const envelopes = dialects.map((dialect) => withPreset(dialect).events).filter((events) => events !== undefined);
  return [{}, ...envelopes.map((events) => ({events})), ...dialects];
}

const shown = ({ts, vehicle_id, extra, fields: values = [], ...figures}: Row, fields: EventColumn[]) => ({
  vehicle_id,
  timestamp: ts.toISOString(),
  ...figures,
  ...Object.fromEntries(fields.map((field, at) => [field.name, plainOf(field, values[at])])),
  extra: extra === null ? null : JSON.parse(extra),
});

/** A column's value as JSON has it; of 64 bits as its digits. */
function plainOf(field: EventColumn, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const text = kindOf(field).json(value);
  return field.type === "bigint" ? text : JSON.parse(text);
}

const LONGEST = 60;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function fieldsOf(row: Row, whole: Message, given: Dialect, columns: EventColumn[]) {
  const mapping = withPreset(given);
  const {root, event, name} = insideOf(whole, mapping);
  const message = name === undefined ? whole : {...whole, name};
  const found = (path: string): {place: string; value: unknown} | undefined => {
    for (const place of path.split("|").map((part) => part.trim())) {
      const value = placesOf(place)[0]!.take(event, root, message);
      if (value !== undefined && value !== null) return {place, value};
    }
    return undefined;
  };
  const fromOf = (name: string, path = name): string => {
    const source = found(path);
    return source ? short(`${source.place} = ${JSON.stringify(source.value)}`) : "";
  };
  return [
    {field: VEHICLE.name, value: row.vehicle_id, from: fromOf(VEHICLE.name, mapping.vehicle?.path)},
    {field: TIME.name, value: row.ts.toISOString(), from: fromOf(TIME.name, mapping.time?.path)},
    ...FIGURES.map(({name, unit}) => {
      const field = mapping.fields?.find((one) => one.name === name);
      const from = field?.constant === undefined ? fromOf(name, field?.path) : "a constant";
      const value = row[name];
      const note = value === null ? (from === "" ? "missing" : "no reading of this field, kept in extra") : "";
      const converted = field?.unit && from !== "" && note === "" ? field.unit : "";
      return {
        field: name,
        value: value === null ? "-" : `${value} ${unit}`,
        from: [from, note, converted].filter(Boolean).join(", "),
      };
    }),
    ...columns.map((column, at) => {
      const {name, from: unit, unit: to = "", constant} = column;
      const value = plainOf(column, row.fields?.[at]);
      const from = constant === undefined ? fromOf(name, pathOf(column)) : "a constant";
      const note = value === null ? (from === "" ? "missing" : flawOf(column, found(pathOf(column))?.value)) : "";
      const text = textOf(column, row.fields?.[at] ?? null);
      return {
        field: name,
        value: value === null ? "-" : short(`${text} ${to}`.trim()),
        from: [from, note, note === "" && from !== "" ? unit : ""].filter(Boolean).join(", "),
      };
    }),
    {field: "extra", value: row.extra === null ? "-" : short(row.extra), from: ""},
  ];
}

const pathOf = ({name, path}: EventColumn) => (path === undefined || path === name ? name : `${path}|${name}`);

/** Why a value is none of a column. */
function flawOf({min, max, nulls, ...column}: EventColumn, value: unknown): string {
  if (nulls?.includes(numberOf(value) ?? Number.NaN)) return "stands for no value";
  if (readColumn(column, value) === undefined) return `no ${column.type}, kept in extra`;
  const bounds = [min === undefined ? [] : `min ${min}`, max === undefined ? [] : `max ${max}`].flat();
  return `outside of ${bounds.join(" and ")}, kept in extra`;
}

/** The event of a message that has one, and its name where it is an entry of an object. */
function insideOf({value}: Message, {events}: Dialect): {root: any; event: any; name?: string} {
  let root: any;
  try {
    root = parseExact(value!.toString().replace(/^\uFEFF/, ""));
  } catch {
    return {root: {}, event: {}};
  }
  if (Array.isArray(root)) root = isWhole(events) ? {list: root} : root[0];
  for (const {take, each} of events === undefined ? [] : eventPlaces(events)) {
    const inside = take(root, root, {key: null, value: null});
    const found: any = typeof inside === "string" ? decoded(inside) : inside;
    const [entry] = each ? entriesOf(found, each) : [];
    if (entry) return {root, name: entry[0], event: entry[2]};
    if (!each && typeof found === "object" && found !== null)
      return {root, event: Array.isArray(found) ? found[0] : found};
  }
  return {root, event: root};
}
