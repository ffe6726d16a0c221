import type {Dispatcher} from "undici";
import {ApiError} from "./api-error.ts";
import type {ClusterConfig} from "./config.ts";
import {type Answer, type Call, createHttp, type OnAnswer} from "./http.ts";
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
  /** The objects come without anything but their metadata. */
  metadataOnly?: boolean;
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

/** Asks for the metadata instead of the object; a server that cannot do so sends the object. */
const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
const METADATA_OF_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** Grace over the server's own watch timeout before a silent connection counts as dead. */
const WATCH_GRACE_MS = 30_000;

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
  const http = createHttp({config, onAnswer, signal, term});
  const json = async (...call: Call): Promise<any> => parsed(await http.send(...call));

  return {
    request: json,
    async get(type, ref) {
      const answer = await http.send("GET", pathOf(type, ref));
      return answer.statusCode === 404 ? undefined : parsed(answer);
    },
    async list(type, {namespace, metadataOnly, ...options} = {}) {
      const accept = metadataOnly ? METADATA_OF_LIST : undefined;
      const answer = await json("GET", pathOf(type, {namespace}) + query(options), undefined, undefined, accept);
      // Null in an empty list of metadata.
      const items = answer.items ?? [];
      // The items of a list come without their type.
      for (const item of items) Object.assign(item, {apiVersion: type.apiVersion, kind: type.kind});
      return {
        items,
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
      const path = pathOf(type, {namespace}) + query({...options, watch: 1, allowWatchBookmarks: true});
      const response = await http.stream(path, AbortSignal.any([signal, timeout]));
      if (response.statusCode >= 300) {
        throw ApiError.from(response.statusCode, await response.body.text(), response.headers, `WATCH ${type.plural}`);
      }
      for await (const line of readLines(response.body)) yield JSON.parse(line) as WatchEvent;
    },
    close: http.close,
  };
}

function parsed({statusCode, text, headers, call}: Answer): any {
  if (statusCode >= 300) throw ApiError.from(statusCode, text, headers, call);
  try {
    return JSON.parse(text);
  } catch {
    // Half an answer, or a proxy's own page.
    throw new ApiError(statusCode, "NotJson", `${call}: the answer is not JSON: ${text.slice(0, 200)}`);
  }
}
