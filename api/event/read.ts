import {isUtf8} from "node:buffer";
import type {Dialect, EventMapping} from "../components/event.ts";
import {FIGURE_NAMES, MAX_EVENT_BYTES} from "../event.ts";
import {mayRound, parseExact} from "../exact-json.ts";
import type {Schemas} from "../registry/schemas.ts";
import type {EventColumn} from "./columns.ts";
import {createEvents, dead, type Events, isPlainRead, ofList, together, tooMany} from "./events.ts";
import {likelyCause, mendedJson, severalTexts} from "./likely.ts";
import {besides, isWhole, type Message} from "./path.ts";
import {presets} from "./presets.ts";
import {unstorable} from "./row.ts";

/** @param topic of the message, where that does not say it itself */
export type Reader = (message: Message, topic?: string) => Events;

interface WatchedReader extends Reader {
  /** For people: the paths of the spec that are nowhere in ten thousand events, and the names that one of these has. */
  unmatched(): string | undefined;
}

/**
 * A reader of the events of a topic. It never throws.
 *
 * @param schemas of messages in a schema registry's wire format, to be prepared for each before it is read
 */
export function createReader(given: EventMapping = {}, columns: EventColumn[] = [], schemas?: Schemas): WatchedReader {
  const mappings = dialectsOf(given).map((dialect) => ({given: dialect, mapping: withPreset(dialect)}));
  const usesTopic = uses("@topic", mappings, columns);
  const keys = readsKeys(given, columns) ? schemas : undefined;
  const isPlain = mappings.every(({mapping}) => isPlainRead(mapping));
  const dialects = mappings.map(({given, mapping}, at) =>
    createEvents(mapping, {given, columns, isPlain, isLast: at === mappings.length - 1}),
  );
  /** To which a list is one event. */
  const ofLists = dialects.filter((_, at) => isWhole(mappings[at]!.mapping.events));
  const {plainRowOf, plainOf} = dialects[0]!;
  return Object.assign(read, {
    unmatched: () => dialects.flatMap((dialect) => dialect.unmatched() ?? []).join("; ") || undefined,
  });

  function ofRoot(root: unknown, message: Message): Events {
    if (!Array.isArray(root)) return ofOne(root, message);
    if (ofLists.length > 0) {
      const events = ofOne({list: root}, message, ofLists);
      if (events.problems.length === 0 || ofLists.length === dialects.length) return events;
    }
    const alone = (one: unknown) => [one];
    return ofList(root, alone, (one) => ofOne(one, message));
  }

  /** By the first dialect that reads each event; where none does, by the first of those that read most of them. */
  function ofOne(root: unknown, message: Message, among = dialects): Events {
    let most: Events | undefined;
    for (const dialect of among) {
      const events = dialect.ofOne(root, message);
      if (events.problems.length === 0) return events;
      if (most === undefined || events.rows.length > most.rows.length) most = events;
    }
    return most!;
  }

  function read(given: Message, topic?: string): Events {
    let message = usesTopic && topic !== undefined ? besides(given, {topic}) : given;
    const {value} = message;
    if (value === null) return dead("empty value");
    if (value.length > MAX_EVENT_BYTES) return dead(`${value.length} bytes, more than ${MAX_EVENT_BYTES}`);
    const key = keys?.openKey(message);
    if (key && "reason" in key) return dead(`key: ${key.reason}`);
    if (key) message = besides(message, {keyContent: "json" in key ? key.json.toString() : key.root});
    const content = schemas?.open(message);
    if (content === undefined) return ofBytes(value, message);
    if ("reason" in content) return dead(content.reason);
    return "json" in content ? ofBytes(content.json, message) : ofRoot(content.root, message);
  }

  function ofBytes(value: Buffer, message: Message): Events {
    const plain = plainOf(value);
    if (plain) return plain;
    if (!isUtf8(value)) return dead(likelyCause(value));
    const text = withoutMark(value.toString("utf8"));
    const root = parsed(text);
    if (root !== undefined) return ofJson(text, root, message);
    const texts = severalTexts(text);
    if (!texts) return ofText(text, message);
    return tooMany(texts) ?? together(texts.map((one) => [() => one, ofText(one, message)]));
  }

  function ofText(text: string, message: Message): Events {
    const root = parsed(text);
    if (root !== undefined) return ofJson(text, root, message);
    const mended = mendedJson(text);
    return mended === undefined ? dead(likelyCause(Buffer.from(text))) : ofJson(mended, JSON.parse(mended), message);
  }

  function ofJson(text: string, root: unknown, message: Message): Events {
    const plain = plainRowOf(root);
    if (plain) return plain;
    if (!mayRound(text)) return ofRoot(root, message);
    const tooDeep = unstorable(root);
    return tooDeep.startsWith("nested") ? dead(`event: ${tooDeep}`) : ofRoot(parseExact(text), message);
  }
}

const uses = (what: string, ...parts: unknown[]) => JSON.stringify(parts).includes(what);

/** Whether something is read from the keys of messages. */
export const readsKeys = (mapping: EventMapping = {}, columns: EventColumn[] = []): boolean =>
  uses("@key", dialectsOf(mapping).map(withPreset), columns);

/** The mapping itself and its alternatives, in the order in which they are tried. */
export const dialectsOf = ({alternatives = [], ...first}: EventMapping): Dialect[] => [first, ...alternatives];

/** What the user gave stands before what the preset says of the same. */
export function withPreset({preset = "None", ...own}: Dialect): Dialect {
  const base = presets[preset];
  const fields = FIGURE_NAMES.flatMap((name) => {
    const [before, after] = [base.fields, own.fields].map((list) => list?.find((field) => field.name === name));
    // A constant of the user's stands for the preset's path as well.
    return before || after ? [{name, ...before, ...after}] : [];
  });
  return {
    ...base,
    ...own,
    ...(fields.length > 0 ? {fields} : {}),
    ...(base.vehicle || own.vehicle ? {vehicle: {...base.vehicle, ...own.vehicle}} : {}),
    ...(base.time || own.time ? {time: {...base.time, ...own.time}} : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the byte order mark of editors and of .NET. */
const withoutMark = (text: string) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
