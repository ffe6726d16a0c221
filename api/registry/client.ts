import {readFileSync} from "node:fs";
import {Agent, request} from "undici";

/** How to reach a schema registry that speaks Confluent's API. */
interface RegistryOptions {
  /** With the path before `/schemas`, if any. */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  token?: string | undefined;
  /** File of the authority that its certificate is verified with; default: the public ones. */
  caFile?: string | undefined;
}

/** Another schema that one uses, by the name that it calls it. */
interface Reference {
  name: string;
  subject: string;
  version: number;
}

export interface Schema {
  type: "AVRO" | "PROTOBUF" | "JSON";
  text: string;
  references: Reference[];
}

/** The registry gives no answer that says anything of a schema; its message is for people. */
export class RegistryTrouble extends Error {
  override name = "RegistryTrouble";
}

export interface Registry {
  /** Undefined if there is no such schema; `key` is an id or a GUID. Throws RegistryTrouble. */
  schema(key: string): Promise<Schema | undefined>;
  referenced(reference: Reference): Promise<Schema | undefined>;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8_000_000;
/** Of Confluent's API: no such subject, version or schema. */
const NOT_FOUND = new Set([40401, 40402, 40403]);

export function openRegistry({url, username, password, token, caFile}: RegistryOptions): Registry {
  const base = url.replace(/\/+$/, "");
  const login = token
    ? `Bearer ${token}`
    : username !== undefined && `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
  const headers = {
    accept: "application/vnd.schemaregistry.v1+json, application/json",
    ...(login ? {authorization: login} : {}),
  };
  /** Made anew after each failure: the authority's certificate may have been renewed. */
  let dispatcher: Agent | undefined;
  const trouble = (words: string) => new RegistryTrouble(`schema registry ${base} ${words}`);
  return {
    schema: (key) => get(`/schemas/${key.includes("-") ? "guids" : "ids"}/${key}`),
    referenced: ({subject, version}) => get(`/subjects/${encodeURIComponent(subject)}/versions/${version}`),
  };

  async function get(path: string): Promise<Schema | undefined> {
    const {status, json} = await ask(path);
    if (status === 404) {
      // A wrong path has the same status: what answers the next question is a registry.
      if (NOT_FOUND.has(json?.error_code) || (await ask("/schemas/types")).status === 200) return undefined;
      throw trouble("answers 404 to every question: check the path in spec.event.schemaRegistry.url");
    }
    if (status === 401 || status === 403)
      throw trouble(`answers ${status}: check the login in spec.event.schemaRegistry.secret and its rights`);
    if (status !== 200) throw trouble(`answers ${status}${json?.message ? `: ${json.message}` : ""}`);
    if (typeof json?.schema !== "string")
      throw trouble("answers with something that is no schema: check spec.event.schemaRegistry.url");
    return {type: json.schemaType ?? "AVRO", text: json.schema, references: json.references ?? []};
  }

  async function ask(path: string): Promise<{status: number; json: any}> {
    try {
      dispatcher ??= agentOf(caFile);
      const {statusCode, body} = await request(base + path, {headers, dispatcher});
      const text = await body.text();
      return {status: statusCode, json: parsed(text)};
    } catch (error) {
      void dispatcher?.close();
      dispatcher = undefined;
      const {message, code} = error as Error & {code?: string};
      throw trouble(`does not answer: ${message || code}`);
    }
  }
}

const agentOf = (caFile: string | undefined) =>
  new Agent({
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect: {timeout: TIMEOUT_MS, ...(caFile ? {ca: readFileSync(caFile, "utf8")} : {})},
  });

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
