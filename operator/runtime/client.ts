import {Agent, type Dispatcher, request as httpRequest} from "undici";
import {sleep} from "../../api/backoff.ts";
import {ApiError} from "./api-error.ts";
import type {ClusterConfig, TlsOptions} from "./config.ts";
import {readLines} from "./lines.ts";
import type {KubeObject, ObjectRef, ResourceType} from "./types.ts";

export {ApiError} from "./api-error.ts";
export {type ClusterConfig, loadClusterConfig} from "./config.ts";
export type {KubeObject, ObjectRef, ResourceType} from "./types.ts";

interface ListOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  limit?: number | undefined;
  continue?: string | undefined;
}
interface ObjectList {
  items: KubeObject[];
  resourceVersion: string;
  continue?: string | undefined;
}
interface ApplyOptions {
  /** Owner of the fields that are sent. */
  fieldManager: string;
  /** Take fields over from another manager; default true, since only fields of our own are ever sent. */
  force?: boolean;
  subresource?: "status";
  dryRun?: boolean;
  /** The answer is the metadata alone: less to send, to read and to throw away. */
  metadataOnly?: boolean;
}
export interface WatchOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  resourceVersion: string;
  /** Seconds after which the server ends the watch. */
  timeoutSeconds: number;
  signal: AbortSignal;
}
export interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: any;
}
export interface KubeClient {
  get(type: ResourceType, ref: ObjectRef): Promise<KubeObject | undefined>;
  list(type: ResourceType, options?: ListOptions): Promise<ObjectList>;
  create(type: ResourceType, object: KubeObject): Promise<KubeObject>;
  /** Server-side apply of exactly the object's fields, sent whole (client-node drops fields that its models lack). */
  apply(type: ResourceType, object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** JSON merge patch. */
  patch(type: ResourceType, ref: ObjectRef, patch: object, subresource?: "status"): Promise<KubeObject>;
  /** Deletes; an object that is already gone is no error. */
  delete(
    type: ResourceType,
    ref: ObjectRef,
    options?: {propagation?: "Background" | "Foreground" | "Orphan"},
  ): Promise<void>;
  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** A raw call for what the others do not cover; throws ApiError for any answer outside 2xx. */
  request(method: Dispatcher.HttpMethod, path: string, body?: unknown, contentType?: string): Promise<any>;
  close(): Promise<void>;
}

/** The URL path of a kind, or of one object of it. */
export function pathOf(type: ResourceType, ref: {name?: string; namespace?: string | undefined}): string {
  const root = type.apiVersion.includes("/") ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
  const scope = type.namespaced && ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : "";
  return `${root}${scope}/${type.plural}${ref.name ? `/${encodeURIComponent(ref.name)}` : ""}`;
}

const query = (parameters: Record<string, string | number | boolean | undefined>): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(key, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
};

/** What a server answers with instead of the whole object; one that cannot answers with that. */
const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/** Grace over the server's own watch timeout before a silent connection counts as dead. */
const WATCH_GRACE_MS = 30_000;

/** How long a call waits in all for a server that is busy and says when to come again. */
const BUSY_MS = 30_000;

/** Hears of every answer: the HTTP status, or `error` and why when there was none. */
export type OnAnswer = (method: string, code: number | "error", path: string, error?: Error) => void;

/**
 * Calls wait for a busy server, for 30 s at most, until the signal aborts; all other errors are the caller's.
 *
 * @param term each try of a write waits for it, and ends when what it resolves to aborts; default: writes are always allowed
 */
export function createClient(
  config: ClusterConfig,
  onAnswer: OnAnswer = () => {},
  signal?: AbortSignal,
  term?: () => Promise<AbortSignal>,
): KubeClient {
  let tls: TlsOptions | undefined;
  let agent: Agent | undefined;
  /** The connections; new ones once the client certificate has been renewed, while the old ones end what they are at. */
  function dispatcher(): Agent {
    const wanted = config.tls();
    if (agent && tls === wanted) return agent;
    agent?.close().catch(() => {});
    tls = wanted;
    agent = new Agent({
      connect: wanted as Agent.Options["connect"],
      connections: 64,
      allowH2: false,
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
    return agent;
  }

  type Call = [method: Dispatcher.HttpMethod, path: string, body?: unknown, contentType?: string, accept?: string];

  /** 429 means that nothing was done yet, so that a write too can be sent again; definitions that change are a common cause. */
  async function ask(...call: Call) {
    for (let waited = 0; ; ) {
      const answer = await askOnce(...call);
      // Not a number when the server did not say.
      const pause = Math.max(Number(answer.headers["retry-after"]) * 1_000, 100);
      waited += pause;
      if (answer.statusCode !== 429 || !(waited <= BUSY_MS) || signal?.aborted) return answer;
      await sleep(pause, signal);
      if (signal?.aborted) return answer;
    }
  }
  async function askOnce(...[method, path, body, contentType = "application/json", accept = "application/json"]: Call) {
    const headers = {...(await config.headers()), accept, "content-type": contentType};
    const mayWrite = method === "GET" ? undefined : await term?.();
    const response = await httpRequest(`${config.server}${path}`, {
      method,
      dispatcher: dispatcher(),
      headers,
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      ...(mayWrite ? {signal: mayWrite} : {}),
    }).catch((error) => {
      // A write that was given up says nothing of the server.
      if (!mayWrite?.aborted) onAnswer(method, "error", path, error);
      throw error;
    });
    onAnswer(method, response.statusCode, path);
    return {...response, text: await response.body.text(), call: `${method} ${path}`};
  }
  function read({statusCode, text, headers, call}: Awaited<ReturnType<typeof ask>>): any {
    if (statusCode >= 300) throw ApiError.from(statusCode, text, headers, call);
    try {
      return JSON.parse(text);
    } catch {
      // Half an answer, or a proxy's own page.
      throw new ApiError(statusCode, "NotJson", `${call}: the answer is no JSON: ${text.slice(0, 200)}`);
    }
  }
  const json = async (...call: Call): Promise<any> => read(await ask(...call));

  return {
    request: json,
    async get(type, ref) {
      const answer = await ask("GET", pathOf(type, ref));
      return answer.statusCode === 404 ? undefined : read(answer);
    },
    async list(type, {namespace, ...options} = {}) {
      const answer = await json("GET", pathOf(type, {namespace}) + query(options));
      // The items of a list come without their type.
      for (const item of answer.items) Object.assign(item, {apiVersion: type.apiVersion, kind: type.kind});
      return {
        items: answer.items,
        resourceVersion: answer.metadata.resourceVersion,
        continue: answer.metadata.continue,
      };
    },
    create: (type, object) => json("POST", pathOf(type, {namespace: object.metadata.namespace}), object),
    apply: (type, object, {fieldManager, force = true, subresource, dryRun, metadataOnly}) =>
      json(
        "PATCH",
        pathOf(type, object.metadata) +
          (subresource ? `/${subresource}` : "") +
          query({fieldManager, force, dryRun: dryRun ? "All" : undefined, fieldValidation: "Strict"}),
        object,
        "application/apply-patch+yaml",
        metadataOnly ? METADATA_ONLY : undefined,
      ),
    patch: (type, ref, patch, subresource) =>
      json("PATCH", pathOf(type, ref) + (subresource ? `/${subresource}` : ""), patch, "application/merge-patch+json"),
    async delete(type, ref, {propagation = "Background"} = {}) {
      try {
        await json("DELETE", pathOf(type, ref), {
          kind: "DeleteOptions",
          apiVersion: "v1",
          propagationPolicy: propagation,
        });
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    },
    async *watch(type, {namespace, signal, ...options}) {
      const timeout = AbortSignal.timeout(options.timeoutSeconds * 1000 + WATCH_GRACE_MS);
      const response = await httpRequest(
        config.server + pathOf(type, {namespace}) + query({...options, watch: 1, allowWatchBookmarks: true}),
        {
          dispatcher: dispatcher(),
          headers: {...(await config.headers()), accept: "application/json"},
          signal: AbortSignal.any([signal, timeout]),
          bodyTimeout: 0,
        },
      );
      if (response.statusCode >= 300) {
        throw ApiError.from(response.statusCode, await response.body.text(), response.headers, `WATCH ${type.plural}`);
      }
      for await (const line of readLines(response.body)) yield JSON.parse(line) as WatchEvent;
    },
    close: async () => agent?.destroy(),
  };
}
