import {Agent, request} from "undici";
import type {CatalogueAccess} from "../connection.ts";
import {loginOf} from "./auth.ts";
import {parseLongs, stringifyLongs} from "./json.ts";
import type {PartitionSpec, Requirement, SortOrder, TableMetadata, TableSchema, Update} from "./types.ts";

/** What a catalogue answers instead of doing what it was asked. */
export class CatalogueError extends Error {
  override name = "CatalogueError";
  /** Of HTTP. */
  status: number;
  /** The exception's name, as catalogues have it. */
  type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** The answer to a commit is unknown: it may be there, or still come. */
export const isUnknown = (error: unknown): boolean => (error instanceof CatalogueError ? error.status >= 500 : true);
export const isConflict = (error: unknown): boolean => error instanceof CatalogueError && error.status === 409;
export const isMissing = (error: unknown): boolean => error instanceof CatalogueError && error.status === 404;

export interface TableId {
  namespace: string;
  name: string;
}

export interface LoadedTable {
  metadata: TableMetadata;
  /** Where its JSON is. */
  location: string;
}

interface NewTable {
  schema: TableSchema;
  spec: PartitionSpec;
  sortOrder: SortOrder;
  properties: Record<string, string>;
}

/** An Iceberg REST catalogue. Each call is one try. */
export interface Catalogue {
  createNamespace(namespace: string): Promise<void>;
  createTable(id: TableId, table: NewTable): Promise<LoadedTable>;
  loadTable(id: TableId): Promise<LoadedTable>;
  commit(id: TableId, requirements: Requirement[], updates: Update[]): Promise<LoadedTable>;
  dropTable(id: TableId): Promise<void>;
  close(): Promise<void>;
}

/** A catalogue that does not answer ends a try. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const SHOWN = 300;

export function openCatalogue(access: CatalogueAccess): Catalogue {
  const agent = new Agent({connect: {timeout: CONNECT_MS, ...(access.ca === undefined ? {} : {ca: access.ca})}});
  const login = loginOf(access, exchange);
  let base: Promise<string> | undefined;

  async function exchange(
    {method, url, body}: {method: string; url: URL; body: string},
    headers: Record<string, string>,
  ): Promise<any> {
    const limits = {headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS};
    const answer = await request(url, {method, headers, dispatcher: agent, ...limits, ...(body ? {body} : {})});
    const text = await answer.body.text();
    if (answer.statusCode < 300) return text === "" ? undefined : parseLongs(text);
    throw errorOf(answer.statusCode, text, method, url);
  }

  async function ask(method: string, url: URL, content?: unknown): Promise<any> {
    const body = content === undefined ? "" : stringifyLongs(content);
    const type: Record<string, string> = body ? {"content-type": "application/json"} : {};
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await exchange({method, url, body}, {...type, ...(await login.headers({method, url, body}))});
      } catch (error) {
        const isRefused = error instanceof CatalogueError && [401, 419].includes(error.status);
        if (!(isRefused && isFirst && login.refused())) throw error;
      }
    }
  }

  /** Where the warehouse is within the catalogue, which says so itself. */
  async function prefix(): Promise<string> {
    const config = new URL(`${access.uri}/v1/config`);
    if (access.warehouse) config.searchParams.set("warehouse", access.warehouse);
    const {defaults = {}, overrides = {}} = await ask("GET", config);
    const found: string | undefined = overrides.prefix ?? defaults.prefix;
    return `${access.uri}/v1${found ? `/${encodeURIComponent(found)}` : ""}`;
  }

  async function at(...path: string[]): Promise<URL> {
    base ??= prefix();
    base.catch(() => {
      base = undefined;
    });
    return new URL([await base, ...path.map(encodeURIComponent)].join("/"));
  }

  const tableAt = ({namespace, name}: TableId) => at("namespaces", namespace, "tables", name);
  const loaded = (answer: any): LoadedTable => ({metadata: answer.metadata, location: answer["metadata-location"]});
  return {
    async createNamespace(namespace) {
      await ask("POST", await at("namespaces"), {namespace: [namespace], properties: {}});
    },
    async createTable({namespace, name}, {schema, spec, sortOrder, properties}) {
      const content = {name, schema, "partition-spec": spec, "write-order": sortOrder, properties};
      return loaded(await ask("POST", await at("namespaces", namespace, "tables"), content));
    },
    loadTable: async (id) => loaded(await ask("GET", await tableAt(id))),
    async commit(id, requirements, updates) {
      const identifier = {namespace: [id.namespace], name: id.name};
      return loaded(await ask("POST", await tableAt(id), {identifier, requirements, updates}));
    },
    async dropTable(id) {
      await ask("DELETE", await tableAt(id));
    },
    close: () => agent.close(),
  };
}

function errorOf(status: number, text: string, method: string, url: URL): CatalogueError {
  const {error = {}} = readable(text) ?? {};
  const {type = "", message = text.slice(0, SHOWN)} = typeof error === "object" ? error : {message: String(error)};
  return new CatalogueError(status, type, `the catalogue answers ${status} to ${method} ${url.pathname}: ${message}`);
}

function readable(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
