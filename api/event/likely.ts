import {isUtf8} from "node:buffer";
import {PLACE, VEHICLE} from "../event.ts";
import {binaryCause} from "./likely-binary.ts";
import {decoded, PATH} from "./path.ts";

/**
 * The likely nature of a value that is no JSON, in words for those who have to mend its sender. Only plain cases are named:
 * "not JSON" and "not UTF-8" are left for the rest. The work grows with the value's length and no faster: a sender that is broken
 * sends many.
 */
export function likelyCause(value: Buffer): string {
  const binary = binaryCause(value);
  if (binary) return binary;
  if (!isUtf8(value)) return isJson(value.toString("latin1")) ? "Latin-1 text, where UTF-8 is expected" : "not UTF-8";
  return textCause(value.toString("utf8")) ?? "not JSON";
}

/** Envelopes by names that are in them. */
const ENVELOPES: [string[], string, string][] = [
  [["payload", "schema"], "an envelope of Kafka Connect (schema and payload)", "KafkaConnect"],
  [["specversion", "source"], "a CloudEvent", "CloudEvents"],
  [["ident", "position.latitude"], "a message of flespi", "Flespi"],
  [["ts", "values"], "telemetry of ThingsBoard", "ThingsBoard"],
  [["position", "device"], "a position of Traccar", "Traccar"],
  [["_type", "tst"], "a location of OwnTracks", "OwnTracks"],
  [["state"], "a shadow of AWS IoT", "AwsIot"],
];

const OWN_NAMES = [VEHICLE.name, ...PLACE.map(({name}) => name)];

/** Why JSON that is well formed is no event, where it is not an object of fields, or one of other fields. */
export function shapeCause(json: unknown): string | undefined {
  if (Array.isArray(json)) return "a JSON array in an array: a list of events is expected";
  if (typeof json === "string") {
    if (isJson(json)) return "JSON text inside a JSON string: it was encoded twice";
    return isBase64OfJson(json) ? "base64 of JSON inside a JSON string" : undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  // An event of ours with a field of such a name is none.
  if (OWN_NAMES.some((name) => Object.hasOwn(json, name))) return undefined;
  const found = ENVELOPES.find(([names]) => names.every((name) => Object.hasOwn(json, name)));
  if (found) return `${found[1]}: set spec.event.mapping.preset to ${found[2]}`;
  const inside = Object.entries(json).find(([name, value]) => new RegExp(PATH).test(name) && hasOwnNames(value));
  return inside && `an envelope with the event in ${inside[0]}: set spec.event.mapping.events to ${inside[0]}`;
}

/** Whether a part of a message looks like an event of ours, or a list of them. */
function hasOwnNames(value: unknown): boolean {
  const part = typeof value === "string" ? decoded(value) : value;
  const one = Array.isArray(part) ? part[0] : part;
  return typeof one === "object" && one !== null && OWN_NAMES.every((name) => Object.hasOwn(one, name));
}

type Guess = (text: string) => string | undefined;

const GUESSES: Guess[] = [
  (text) => (text.trim() === "" ? "an empty text" : undefined),
  (text) => (/^\s*[$!][A-Z]{5},/.test(text) ? "a sentence of NMEA 0183, where JSON is expected" : undefined),
  (text) => (/^\s*<(\?xml|!|[A-Za-z])/.test(text) ? "XML" : undefined),
  (text) => (/^\s*%7b/i.test(text) ? "percent-encoded text" : undefined),
  (text) => (isBase64OfJson(text) ? "base64 of JSON" : undefined),
  bareWord,
  (text) => (isJson(plain(quoted(text))) ? "single quotes, where JSON has double ones" : undefined),
  (text) => (isJson(named(text)) ? "names without quotes" : undefined),
  (text) => (isJson(outsideStrings(text, /,(?=\s*[}\]])/, () => "")) ? "a comma behind the last field" : undefined),
  (text) => (isCutOff(text) ? `truncated JSON: it ends within ${Buffer.byteLength(text)} bytes` : undefined),
];

function textCause(text: string): string | undefined {
  for (const guess of GUESSES) {
    const cause = guess(text);
    if (cause) return cause;
  }
  return undefined;
}

/** Whether it is JSON of some structure: a lone number or word can be anything. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A pattern for the end would look from each NUL anew. */
function withoutNuls(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\0") end--;
  return text.slice(0, end);
}

/** As it begins with a brace and a quote, this is how its base64 does. */
const isBase64OfJson = (text: string): boolean =>
  /^(eyJ|ewo|ewog|ewkJ)[A-Za-z0-9+/_-]/.test(text) && isJson(Buffer.from(text, "base64").toString());

/** The JSON texts of a value that has several: one a line (NDJSON), or one behind the other. One of the lines may be no JSON. */
export function severalTexts(text: string): string[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 1 && isJson(lines[0]!)) return lines;
  if (!/^\s*\{/.test(text)) return undefined;
  // No JSON text holds a NUL.
  const texts = outsideStrings(text, /\}(?=\s*\{)/, () => "}\0").split("\0");
  return texts.length > 1 && texts.every(isJson) ? texts : undefined;
}

/** JSON of a text that Python, JavaScript or C wrote with numbers that JSON does not have, or with its closing NUL. */
export function mendedJson(text: string): string | undefined {
  const mended = outsideStrings(withoutNuls(text), NO_NUMBER, (found) => `"${found}"`);
  return isJson(mended) ? mended : undefined;
}

/** A string to its end, be it that of the text, in the middle of an escape too: no text makes this look twice at what it holds. */
const STRING = /"(?:[^"\\]|\\.)*(?:"|\\?$)/;
const SINGLE = /'((?:[^'\\]|\\.)*)(?:'|\\?$)/;
const NO_NUMBER = /-?\b(?:NaN|nan|Infinity|inf)\b/;
const WORD = /-?\b(?:NaN|nan|Infinity|inf|undefined|None|True|False)\b/;

function outsideStrings(text: string, what: RegExp, change: (found: string) => string): string {
  return text.replace(new RegExp(`${STRING.source}|${what.source}`, "gs"), (found) =>
    found.startsWith('"') ? found : change(found),
  );
}

const plain = (text: string) => outsideStrings(text, WORD, () => "null");
const quoted = (text: string) =>
  text.replace(new RegExp(`${STRING.source}|${SINGLE.source}`, "gs"), (found, inside) =>
    found.startsWith('"') ? found : JSON.stringify(inside),
  );
const named = (text: string) =>
  outsideStrings(text, /[{,]\s*[A-Za-z_$][\w$]*(?=\s*:)/, (found) => found.replace(/[A-Za-z_$][\w$]*$/, '"$&"'));

function bareWord(text: string): string | undefined {
  let word = "";
  const without = outsideStrings(text, WORD, (found) => {
    word ||= found;
    return "null";
  });
  return word && isJson(without) ? `a bare ${word}, which JSON does not have` : undefined;
}

/** Whether the parser came to the end and still waited for more. */
function isCutOff(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    const {message} = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    return /end of JSON input|Unterminated string/.test(message) || Number(position) >= text.trimEnd().length;
  }
}
