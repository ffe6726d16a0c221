/** As kafkajs gives and takes them: several of one name are a list. */
export type Headers = Record<string, Buffer | string | (Buffer | string)[] | undefined>;

interface Event {
  key: Buffer | null;
  value: Buffer | null;
  /** ms since the epoch; below 0 where the message has none. */
  timestamp: string;
  headers?: Headers | undefined;
}

export interface Letter {
  key: Buffer | null;
  value: Buffer | null;
  headers: Headers;
  timestamp?: string;
}

/** Why a message is a dead letter, and from where it came. */
interface Origin {
  reason: string;
  store: string;
  "source-topic": string;
  "source-partition": string;
  "source-offset": string;
  /** Of several events in one message: which it was, from 1 on. */
  "source-event"?: string;
}

const OURS = new Set([
  "reason",
  "store",
  "source-topic",
  "source-partition",
  "source-offset",
  "source-event",
  "source-timestamp",
  "original-bytes",
  "original-header-bytes",
]);
/** Stands before a header of the event's own that has the name of one of ours, or begins like this itself. */
const OWN = "own:";
const DAY_MS = 86_400_000;

/**
 * The dead letter of an event: with its key, value, headers and time. One whose time is more than a day back, or ahead, has it in the header
 * `source-timestamp` alone: a topic's retention would drop the letter early, or the broker refuse it.
 */
export function letterOf({key, value, timestamp, headers = {}}: Event, origin: Origin, now: number): Letter {
  const own = Object.entries(headers).map(([name, content]): [string, Headers[string]] => [
    OURS.has(name) || name.startsWith(OWN) ? `${OWN}${name}` : name,
    withoutNull(content),
  ]);
  const age = now - Number(timestamp);
  return {
    key,
    value,
    headers: {...Object.fromEntries(own), ...origin, "source-timestamp": timestamp},
    ...(age >= 0 && age <= DAY_MS ? {timestamp} : {}),
  };
}

/** The message of a replay: the event as it was, with its own headers and time. */
export function eventOf({key, value, headers = {}}: Omit<Letter, "headers"> & {headers?: Headers | undefined}) {
  const own = Object.entries(headers).filter(([name]) => !OURS.has(name));
  const timestamp = String(headers["source-timestamp"] ?? -1);
  return {
    key,
    value,
    headers: Object.fromEntries(
      own.map(([name, content]) => [name.startsWith(OWN) ? name.slice(OWN.length) : name, content]),
    ),
    ...(Number(timestamp) >= 0 ? {timestamp} : {}),
  };
}

/** kafkajs reads a header without a value, and cannot write one. */
function withoutNull(content: Headers[string] | null): Headers[string] {
  if (Array.isArray(content)) return content.map((part) => part ?? "");
  return content ?? "";
}

/** The part that is kept of a letter too large for its topic: the beginning, and the event's own headers if they are few. */
const SHORT_BYTES = 16_384;
const SHORT_HEADER_BYTES = 4_096;

/** A letter with as much of it as most topics take; the same one if there is nothing to leave out. */
export function shortened(letter: Letter): Letter {
  const {value, headers} = letter;
  const named = Object.entries(headers);
  const ours = named.filter(([name]) => OURS.has(name));
  const ownBytes = headerBytes(headers) - headerBytes(Object.fromEntries(ours));
  const [bytes, cutsHeaders] = [value?.length ?? 0, ownBytes > SHORT_HEADER_BYTES];
  if (bytes <= SHORT_BYTES && !cutsHeaders) return letter;
  return {
    ...letter,
    value: value?.subarray(0, SHORT_BYTES) ?? null,
    headers: Object.fromEntries([
      ...(cutsHeaders ? [...ours, ["original-header-bytes", String(ownBytes)]] : named),
      ...(bytes > SHORT_BYTES ? [["original-bytes", String(bytes)]] : []),
    ]),
  };
}

export const headerBytes = (headers: Headers = {}): number =>
  Object.entries(headers)
    .flatMap(([name, content]) => [content ?? ""].flat().map((part) => name.length + part.length))
    .reduce((sum, bytes) => sum + bytes, 0);
