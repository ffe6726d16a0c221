import {randomUUID} from "node:crypto";
import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import {isDeepStrictEqual} from "node:util";
import {telemetryPipeline} from "../../api/crd.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {createdFor, ownersOf, statusOf} from "./fake-cluster.ts";

/**
 * A FAKE API server, for the operator's bench alone: list, watch with bookmarks and initial events, server-side apply by
 * field manager, merge patch, optimistic locking, deletion with finalizers and garbage collection, all in memory, each
 * answer after an injected latency. Lists inside objects are replaced whole, nothing is validated, and upstream operators
 * and kubelet are faked with it: what they would report appears in the status a moment after each change.
 */
const LATENCY_MS = Number(process.env.LATENCY_MS ?? 5);
const READY_AFTER_MS = 100;

interface Held {
  object: any;
  /** What each manager applied last. */
  applied: Map<string, any>;
}
interface Change {
  version: number;
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: any;
  line: string;
}
interface Kind {
  objects: Map<string, Held>;
  changes: Change[];
  watchers: Set<(change: Change) => void>;
}

let version = 1;
const kinds = new Map<string, Kind>();
const counts = {reads: 0, writes: 0, watches: 0};
/** Resolved by the next write to an object. */
const awaited = new Map<string, () => void>();

function kindOf(id: string): Kind {
  const kind = kinds.get(id) ?? {objects: new Map(), changes: [], watchers: new Set()};
  kinds.set(id, kind);
  return kind;
}

interface Call {
  kind: Kind;
  group: string;
  plural: string;
  namespace?: string | undefined;
  name?: string | undefined;
  status: boolean;
  query: URLSearchParams;
}

function parse(url: string): Call {
  const {pathname, searchParams} = new URL(url, "http://fake");
  const parts = pathname.split("/").slice(1);
  const group = parts
    .splice(0, parts[0] === "api" ? 2 : 3)
    .slice(1)
    .join("/");
  const namespace = parts[0] === "namespaces" && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
  const [plural = "", name, sub] = parts;
  return {
    kind: kindOf(`${group}/${plural}`),
    group,
    plural,
    namespace,
    name,
    status: sub === "status",
    query: searchParams,
  };
}

const keyOf = ({namespace, name}: {namespace?: string | undefined; name?: string | undefined}) =>
  `${namespace ?? ""}/${name}`;

function emit(kind: Kind, type: Change["type"], object: any) {
  const change = {version, type, object, line: `${JSON.stringify({type, object})}\n`};
  kind.changes.push(change);
  if (kind.changes.length > 50_000) kind.changes.splice(0, 10_000);
  for (const watcher of kind.watchers) watcher(change);
}

const content = ({
  metadata: {labels, annotations, ownerReferences, finalizers, deletionTimestamp},
  status: _,
  ...rest
}: any) => ({
  rest,
  kept: {labels, annotations, ownerReferences, finalizers, deletionTimestamp},
});

/** Stores a new state of an object, unless it is the old one. */
function store(call: Call, before: Held | undefined, object: any): any {
  const {metadata} = object;
  const [was, is] = [before && content(before.object), content(object)];
  if (before && isDeepStrictEqual(was, is) && isDeepStrictEqual(before.object.status, object.status))
    return before.object;
  const old = before?.object.metadata;
  version++;
  object.metadata = {
    ...metadata,
    namespace: call.namespace,
    uid: old?.uid ?? randomUUID(),
    creationTimestamp: old?.creationTimestamp ?? new Date().toISOString(),
    generation: !old ? 1 : isDeepStrictEqual(was!.rest, is.rest) ? old.generation : old.generation + 1,
    resourceVersion: String(version),
  };
  const held = {object, applied: before?.applied ?? new Map()};
  const gone = object.metadata.deletionTimestamp && !object.metadata.finalizers?.length;
  if (gone) call.kind.objects.delete(keyOf(call));
  else call.kind.objects.set(keyOf(call), held);
  note(call, object, Boolean(gone));
  emit(call.kind, gone ? "DELETED" : before ? "MODIFIED" : "ADDED", object);
  if (gone) collect(object.metadata.uid);
  else if (object.metadata.generation !== old?.generation) setTimeout(report, READY_AFTER_MS, call);
  return object;
}

/** What an upstream operator, a controller or a kubelet would say of the newest generation. */
function report(call: Call) {
  const held = call.kind.objects.get(keyOf(call));
  if (!held) return;
  for (const {group, plural, object} of createdFor(held.object)) {
    const {namespace, name} = object.metadata;
    const theirs = {...call, kind: kindOf(`${group}/${plural}`), group, plural, namespace, name};
    if (!theirs.kind.objects.has(keyOf(theirs))) store(theirs, undefined, object);
  }
  const status = statusOf(held.object);
  if (status) store(call, held, {...held.object, status: {...held.object.status, ...status}});
}

/** By the uid of an owner; a search through all objects would take longer than the operator does. */
const owned = new Map<string, Map<string, Call>>();

function note(call: Call, object: any, gone: boolean) {
  const id = `${call.group}/${call.plural} ${keyOf(call)}`;
  for (const uid of ownersOf(object)) {
    const theirs = owned.get(uid) ?? new Map<string, Call>();
    owned.set(uid, theirs);
    if (gone) theirs.delete(id);
    else theirs.set(id, {...call, status: false, query: new URLSearchParams()});
  }
}

function collect(uid: string) {
  for (const call of [...(owned.get(uid)?.values() ?? [])]) remove(call);
  owned.delete(uid);
}

function remove(call: Call) {
  const held = call.kind.objects.get(keyOf(call));
  if (!held) return undefined;
  const metadata = {...held.object.metadata, deletionTimestamp: new Date().toISOString()};
  return store(call, held, {...held.object, metadata});
}

const isMap = (value: unknown): value is Record<string, any> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `live` with the fields of `wanted`, and without those of `last` that left. */
function applied(live: any, last: any, wanted: any): any {
  if (!isMap(wanted)) return wanted;
  const result: Record<string, any> = isMap(live) ? {...live} : {};
  for (const key of isMap(last) ? Object.keys(last) : []) if (!(key in wanted)) delete result[key];
  for (const [key, value] of Object.entries(wanted)) result[key] = applied(result[key], last?.[key], value);
  return result;
}

function merged(live: any, patch: any): any {
  if (!isMap(patch)) return patch;
  const result: Record<string, any> = isMap(live) ? {...live} : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

const fieldsOf = (value: any): any =>
  isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldsOf(inner)])) : {};

class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }
}

function write(method: string, call: Call, type: string, body: any): any {
  const name = call.name ?? body.metadata.name ?? `${body.metadata.generateName}${version}`;
  const target = {...call, name};
  const held = call.kind.objects.get(keyOf(target));
  if (method === "POST" && held) throw new Refusal(409, "AlreadyExists");
  const expected = body.metadata?.resourceVersion;
  if (held && expected && expected !== held.object.metadata.resourceVersion) throw new Refusal(409, "Conflict");
  if (method === "POST" || (method === "PUT" && held)) return store(target, held, body);
  if (type.includes("apply-patch")) {
    const manager = call.query.get("fieldManager")! + (call.status ? "/status" : "");
    if (!held && call.status) throw new Refusal(404, "NotFound");
    const {status, ...rest} = body;
    const own = call.status ? {status} : rest;
    const object = applied(held?.object ?? {}, held?.applied.get(manager), own);
    const managedFields = [{manager, operation: "Apply", fieldsType: "FieldsV1", fieldsV1: fieldsOf(own)}];
    if (!call.status) object.metadata.managedFields = managedFields;
    const result = store(target, held, object);
    call.kind.objects.get(keyOf(target))?.applied.set(manager, own);
    return result;
  }
  if (!held) throw new Refusal(404, "NotFound");
  const {metadata: {resourceVersion: _, ...metadata} = {}, ...rest} = body;
  return store(target, held, merged(held.object, {...rest, metadata}));
}

const selects = (selector: string | null, namespace: string | undefined) => {
  // Not the commas within `in (…)`.
  const terms = (selector ?? "").split(/,(?![^(]*\))/).filter(Boolean);
  return ({metadata}: any) =>
    (!namespace || metadata.namespace === namespace) && terms.every((term) => holds(term, metadata.labels ?? {}));
};

function holds(term: string, labels: Record<string, string>): boolean {
  const [, key, not, values] = /^(\S+) (not)?in \((.*)\)$/.exec(term) ?? [];
  if (key) return values!.split(/, */).includes(labels[key]!) === !not;
  if (term.startsWith("!")) return !(term.slice(1) in labels);
  const [name, value] = term.split("=");
  return value === undefined ? name! in labels : labels[name!] === value;
}

function list({kind, namespace, query}: Call, metadataOnly: boolean) {
  const chosen = selects(query.get("labelSelector"), namespace);
  const [field, value] = (query.get("fieldSelector") ?? "").split("=");
  const items = [...kind.objects.values()]
    .map(({object}) => object)
    .filter((object) => chosen(object) && (!field || object[field] === value));
  const [from, limit] = [Number(query.get("continue") ?? 0), Number(query.get("limit") ?? 0) || items.length];
  const more = from + limit < items.length ? String(from + limit) : undefined;
  const page = items.slice(from, from + limit);
  return {
    kind: "List",
    apiVersion: "v1",
    metadata: {resourceVersion: String(version), continue: more},
    items: metadataOnly ? (page.length > 0 ? page.map(partial) : null) : page,
  };
}

/** Clients take no bookmark of another kind than the one that they watch. */
const kindNames = new Map(
  [telemetryPipeline, ...ownedKinds].map(({apiVersion, kind, plural}) => [`${apiVersion}/${plural}`, kind]),
);

function watch({kind, group, plural, namespace, query}: Call, response: ServerResponse) {
  const chosen = selects(query.get("labelSelector"), namespace);
  response.writeHead(200, {"content-type": "application/json"});
  const send = (change: Change) => {
    if (chosen(change.object)) response.write(change.line);
  };
  const bookmark = (annotations = {}) => {
    const metadata = {resourceVersion: String(version), annotations};
    const object = {apiVersion: group, kind: kindNames.get(`${group}/${plural}`), metadata};
    response.write(`${JSON.stringify({type: "BOOKMARK", object})}\n`);
  };
  if (query.get("sendInitialEvents") === "true") {
    for (const {object} of kind.objects.values()) {
      if (chosen(object)) response.write(`${JSON.stringify({type: "ADDED", object})}\n`);
    }
    bookmark({"k8s.io/initial-events-end": "true"});
  } else {
    const since = Number(query.get("resourceVersion") ?? 0);
    if (kind.changes[0] && kind.changes.length >= 40_000 && kind.changes[0].version > since + 1) {
      const object = {kind: "Status", code: 410, reason: "Expired", message: "too old"};
      return response.end(`${JSON.stringify({type: "ERROR", object})}\n`);
    }
    for (const change of kind.changes) if (change.version > since) send(change);
  }
  kind.watchers.add(send);
  const timer = setInterval(bookmark, 60_000);
  const end = setTimeout(() => response.end(), Number(query.get("timeoutSeconds") ?? 600) * 1_000);
  response.on("close", () => {
    kind.watchers.delete(send);
    clearInterval(timer);
    clearTimeout(end);
  });
  return undefined;
}

const partial = ({metadata}: any) => ({kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata});

function answer(response: ServerResponse, code: number, body: unknown) {
  response.writeHead(code, {"content-type": "application/json"}).end(JSON.stringify(body));
}

function handle(request: IncomingMessage, response: ServerResponse, text: string) {
  const {method = "GET", url = "/"} = request;
  const call = parse(url);
  const metadataOnly = request.headers.accept?.includes("as=PartialObjectMetadata") ?? false;
  try {
    if (method === "GET" && (call.query.get("watch") ?? "") !== "" && call.query.get("watch") !== "false") {
      counts.watches++;
      return watch(call, response);
    }
    if (method === "GET") {
      counts.reads++;
      if (!call.name) return answer(response, 200, list(call, metadataOnly));
      const held = call.kind.objects.get(keyOf(call));
      if (!held) throw new Refusal(404, "NotFound");
      return answer(response, 200, held.object);
    }
    if (!["leases", "events"].includes(call.plural)) counts.writes++;
    const id = `${call.plural}/${keyOf(call)}`;
    const result =
      method === "DELETE"
        ? (remove(call) ?? {kind: "Status", status: "Success"})
        : write(method, call, request.headers["content-type"] ?? "", JSON.parse(text));
    if (method !== "DELETE") awaited.get(id)?.();
    return answer(response, method === "POST" ? 201 : 200, metadataOnly ? partial(result) : result);
  } catch (error) {
    const {code = 500, reason = "InternalError"} = error as Refusal;
    return answer(response, code, {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code,
      reason,
      message: String(error),
    });
  }
}

/** What the bench asks for: counts, touched objects, and the time from a deletion to the write that makes up for it. */
async function command(url: string, response: ServerResponse) {
  const {pathname, searchParams} = new URL(url, "http://fake");
  const name = searchParams.get("name")!;
  if (pathname === "/fake/touch") {
    const call = parse(`/apis/kafka.strimzi.io/v1/namespaces/scale/kafkas/${name}`);
    const held = call.kind.objects.get(keyOf(call))!;
    store(call, held, {...held.object, status: {...held.object.status, clusterId: randomUUID()}});
  }
  if (pathname === "/fake/repair") {
    const path = `/api/v1/namespaces/scale/services/${name}-simulator`;
    const written = new Promise<void>((done) => awaited.set(`services/scale/${name}-simulator`, done));
    const began = performance.now();
    remove(parse(path));
    await written;
    return answer(response, 200, {ms: performance.now() - began});
  }
  if (pathname === "/fake/ready") {
    const pipelines = [...kindOf("telemetry.dev/v1alpha1/telemetrypipelines").objects.values()];
    const ready = pipelines.filter(({object: {status, metadata}}) =>
      status?.conditions?.some(
        ({type, status: is, observedGeneration = metadata.generation}: any) =>
          type === "Ready" && is === "True" && observedGeneration === metadata.generation,
      ),
    );
    return answer(response, 200, {ready: ready.length});
  }
  return answer(response, 200, counts);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const url = request.url ?? "/";
    if (url.startsWith("/fake/")) return void command(url, response);
    return void setTimeout(() => handle(request, response, Buffer.concat(chunks).toString()), LATENCY_MS);
  });
});
server.keepAliveTimeout = 600_000;
server.listen(Number(process.env.PORT), "127.0.0.1");

/** The stores' answer to the question for their newest row, at the one address that resolve.ts gives to every name. */
createServer((_, response) => {
  answer(response, 200, {newest: new Date().toISOString(), rows: 1, lag: 0});
}).listen(8080, "127.77.0.1");
