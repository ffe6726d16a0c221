import type {Message} from "../event/path.ts";
import {compileAvro} from "./avro.ts";
import {type Registry, RegistryTrouble, type Schema} from "./client.ts";
import {type Cursor, cursorOf, Misfit} from "./cursor.ts";
import {type Frame, frameOf, keyFrameOf, messageIndexes} from "./frame.ts";

/** What is behind a frame: JSON text, a value as JSON would have it, or why it is none. */
type Content = {json: Buffer} | {root: unknown} | {reason: string};

/** The schemas of messages. They come from a registry, while messages are read without waiting. */
export interface Schemas {
  /**
   * Resolves when the schemas of all messages are there, or known not to be; undefined if they are. Rejects with RegistryTrouble.
   *
   * @param since ms since the epoch: a schema that was not there later than this is not asked for again. Default: now.
   */
  prepare(messages: Iterable<Message>, since?: number): Promise<void> | undefined;
  /** What a prepared message holds; undefined for one without a frame. */
  open(message: Message): Content | undefined;
  /** What its key holds; undefined for one without a frame, and where keys are not read. */
  openKey(message: Message): Content | undefined;
}

interface Options {
  /** Whether keys are read too. */
  keys?: boolean;
  now?: () => number;
}

/** A schema that is compiled, or why it is not. */
interface Known {
  decode(frame: Frame): {json: Buffer} | {root: unknown};
  reason?: string;
  /** ms since the epoch, from when on it is asked for again. */
  until: number;
  used: number;
}

/** A schema that is not there may be registered any moment. */
const ABSENT_MS = 5_000;
const MAX_SCHEMAS = 1_000;
/** Only what is not used for this long gives way to others. */
const UNUSED_MS = 60_000;
const QUESTIONS_AT_ONCE = 8;
/** The first half of an id of eight bytes. */
const NO_ID = "0";
const LONG_ID =
  ": an id of eight bytes, as Apicurio's own serializers write it, is not read; let them write Confluent's of four";

export function createSchemas(registry: Registry, {keys = false, now = Date.now}: Options = {}): Schemas {
  const known = new Map<string, Known>();
  const coming = new Map<string, Promise<void>>();
  return {prepare, open: (message) => opened(frameOf(message)), openKey};

  function prepare(messages: Iterable<Message>, since = now()): Promise<void> | undefined {
    const time = now();
    let missing: Set<string> | undefined;
    const need = (frame: ReturnType<typeof frameOf>) => {
      if (!frame || "reason" in frame) return;
      const schema = known.get(frame.schema);
      if (schema && schema.until > since) schema.used = time;
      else {
        missing ??= new Set();
        missing.add(frame.schema);
      }
    };
    for (const message of messages) {
      need(frameOf(message));
      if (keys) need(keyFrameOf(message));
    }
    return missing && learn([...missing]);
  }

  function openKey(message: Message): Content | undefined {
    return keys ? opened(keyFrameOf(message)) : undefined;
  }

  function opened(frame: ReturnType<typeof frameOf>): Content | undefined {
    if (!frame || "reason" in frame) return frame;
    const schema = known.get(frame.schema);
    if (!schema) throw new Error(`schema ${frame.schema} was not prepared`);
    if (schema.reason !== undefined) return {reason: schema.reason};
    try {
      return schema.decode(frame);
    } catch (error) {
      if (error instanceof Misfit) return {reason: `the bytes do not fit schema ${frame.schema}: ${error.message}`};
      return {reason: `schema ${frame.schema} ${(error as Error).message}`};
    }
  }

  async function learn(keys: string[]): Promise<void> {
    forget();
    const waiting = keys.values();
    await Promise.all(
      Array.from({length: QUESTIONS_AT_ONCE}, async () => {
        for (const key of waiting) await learnOne(key);
      }),
    );
  }

  function learnOne(key: string): Promise<void> {
    const asked =
      coming.get(key) ??
      read(key)
        .then((schema) => void known.set(key, schema))
        .finally(() => coming.delete(key));
    coming.set(key, asked);
    return asked;
  }

  async function read(key: string): Promise<Known> {
    const schema = await registry.schema(key);
    const absent = (words: string): Known => ({...unknown(words), until: now() + ABSENT_MS});
    if (!schema) return absent(`schema ${key} is not in the registry${key === NO_ID ? LONG_ID : ""}`);
    try {
      const references = new Map<string, string>();
      await collect(schema, references);
      return {decode: await compiled(schema, references), until: Number.POSITIVE_INFINITY, used: now()};
    } catch (error) {
      if (error instanceof RegistryTrouble) throw error;
      if (error instanceof Absent) return absent(`schema ${key} ${error.message}`);
      return unknown(`schema ${key} cannot be used: ${(error as Error).message}`);
    }
  }

  function unknown(reason: string): Known {
    return {decode: () => ({root: undefined}), reason, until: Number.POSITIVE_INFINITY, used: now()};
  }

  /** The texts of the schemas that one refers to, those that others use first. */
  async function collect({references}: Schema, into: Map<string, string>, path: string[] = []): Promise<void> {
    for (const reference of references) {
      const {name, subject, version} = reference;
      if (into.has(name) || path.includes(name)) continue;
      const schema = await registry.referenced(reference);
      if (!schema) throw new Absent(`refers to version ${version} of subject ${subject}, which is not in the registry`);
      await collect(schema, into, [...path, name]);
      into.set(name, schema.text);
    }
  }

  function forget(): void {
    if (known.size <= MAX_SCHEMAS) return;
    const time = now();
    for (const [key, {used}] of known) if (time - used > UNUSED_MS) known.delete(key);
  }
}

class Absent extends Error {}

async function compiled({type, text}: Schema, references: Map<string, string>): Promise<Known["decode"]> {
  if (type === "JSON") return ({content}) => ({json: content});
  if (type === "PROTOBUF") {
    // Its parser is large, and most pipelines never need it.
    const {compileProtobuf} = await import("./protobuf.ts");
    const read = compileProtobuf(text, references);
    return (frame) => {
      const {indexes, from} = messageIndexes(frame);
      return whole(from, read(from, indexes));
    };
  }
  if (type !== "AVRO") throw new Error(`it is of type ${type}`);
  const read = compileAvro(text, [...references.values()]);
  return ({content}) => {
    const from = cursorOf(content);
    return whole(from, read(from));
  };
}

function whole({at, end}: Cursor, root: unknown): {root: unknown} {
  const left = end - at;
  if (left > 0) throw new Misfit(`${left} ${left === 1 ? "byte is" : "bytes are"} left behind its last field`);
  return {root};
}
