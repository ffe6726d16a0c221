import {telemetryPipeline} from "../../api/crd.ts";
import {TelemetryError} from "../../api/errors.ts";
import {FIELD_MANAGER} from "../reconcile/apply.ts";
import {APPLIED_ANNOTATION} from "../reconcile/decide.ts";
import {ownedKinds, typeOf} from "../reconcile/kinds.ts";
import {passwordIn, passwordSecrets} from "../reconcile/passwords.ts";
import {type ApiError, isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject, objectId} from "../runtime/types.ts";
import {listPipelines} from "./connection.ts";
import type {Findings} from "./output.ts";
import {planFor} from "./plan.ts";

interface Change {
  object: string;
  change: "create" | "update" | "delete";
  fields: {path: string; from: unknown; to: unknown}[];
}

/** The changes that applying these pipelines would make. */
export async function diffFiles(client: KubeClient, pipelines: KubeObject[]): Promise<Findings> {
  const changes: Change[][] = [];
  for (const pipeline of pipelines) changes.push(await changesOf(client, pipeline));
  const [first = []] = changes;
  const ok = changes.every(({length}) => length === 0);
  const empty = ok ? "no differences" : undefined;
  if (pipelines.length === 1) return {text: textOf(first), data: first, empty, ok};
  const differing = pipelines.flatMap((pipeline, at) =>
    changes[at]!.length > 0 ? [`${titleOf(pipeline)}:\n${textOf(changes[at]!)}`] : [],
  );
  return {
    text: differing.join("\n\n"),
    data: pipelines.map((pipeline, at) => ({pipeline: titleOf(pipeline), changes: changes[at]})),
    empty,
    ok,
  };
}

/** The changes that this version of the operator would make to the pipelines of a namespace (undefined: of all). */
export async function diffAll(client: KubeClient, namespace: string | undefined): Promise<Findings> {
  const pipelines = await listPipelines(client, namespace);
  const results: {text: string; data: unknown; ok: boolean}[] = [];
  for (const pipeline of pipelines) {
    results.push(
      await changesOf(client, pipeline).then(
        (changes) => ({text: textOf(changes) || "no differences", data: changes, ok: changes.length === 0}),
        (error) => {
          if (!(error instanceof TelemetryError)) throw error;
          return {text: `! refused: ${error.message}`, data: {refused: error.message}, ok: false};
        },
      ),
    );
  }
  return {
    text: pipelines.map((pipeline, at) => `${titleOf(pipeline)}:\n${results[at]!.text}`).join("\n\n"),
    data: pipelines.map((pipeline, at) => ({pipeline: titleOf(pipeline), changes: results[at]!.data})),
    empty:
      pipelines.length === 0 ? `no pipelines in ${namespace ? `namespace ${namespace}` : "any namespace"}` : undefined,
    ok: results.every(({ok}) => ok),
  };
}

/** The changes that a server-side dry run of every planned object shows, and the objects that would be deleted. */
async function changesOf(client: KubeClient, pipeline: KubeObject): Promise<Change[]> {
  const {name, namespace} = pipeline.metadata;
  await admit(client, pipeline);
  const uid = pipeline.metadata.uid ?? (await client.get(telemetryPipeline, {name, namespace}))?.metadata.uid;
  const passwords = await livePasswords(client, name, namespace!);
  const {items: quotas} = await client.list(builtin.resourceQuota, {namespace});
  const named = {...pipeline, metadata: {...pipeline.metadata, uid}};
  const pairs = await planFor(named, passwords, (object) => client.get(typeOf(object), object.metadata), quotas);
  const changes: Change[] = [];
  for (const {planned, live} of pairs) {
    const object = `${planned.kind}/${planned.metadata.name}`;
    if (!live) {
      changes.push({object, change: "create", fields: []});
      continue;
    }
    const next = await client.apply(typeOf(planned), planned, {fieldManager: FIELD_MANAGER, dryRun: true});
    const fields = [...differences(comparable(live), comparable(next), "")];
    if (fields.length > 0) changes.push({object, change: "update", fields});
  }
  const kept = new Set(pairs.map(({planned}) => objectId(planned)));
  return [...changes, ...(await deletions(client, pipeline, kept))];
}

/** The pipeline's live objects that are no longer planned. */
async function deletions(client: KubeClient, {kind, metadata}: KubeObject, kept: Set<string>): Promise<Change[]> {
  const {name, namespace} = metadata;
  const labelSelector = `telemetry.dev/pipeline=${name}`;
  const changes: Change[] = [];
  for (const type of ownedKinds) {
    const {items} = await client.list(type, {namespace, labelSelector}).catch((error) => {
      if (isNotFound(error)) return {items: [] as KubeObject[]};
      throw error;
    });
    for (const item of items) {
      if (kept.has(objectId(item))) continue;
      if (item.metadata.ownerReferences?.some((owner) => owner.kind === kind))
        changes.push({object: `${type.kind}/${item.metadata.name}`, change: "delete", fields: []});
    }
  }
  return changes;
}

/**
 * Has the API server validate the pipeline. Without the definition, or without the right to write pipelines, this step is left out.
 *
 * @throws Error with the API server's words
 */
async function admit(client: KubeClient, {apiVersion, kind, metadata: {name, namespace}, spec}: KubeObject) {
  const object = {apiVersion, kind, metadata: {name, namespace: namespace!}, spec};
  await client.apply(telemetryPipeline, object, {fieldManager: "diff", dryRun: true}).catch((error: ApiError) => {
    if (error.status === 422) throw new Error(error.message.replace(/^.*? 422 /, ""));
    if (error.status !== 404 && error.status !== 403) throw error;
  });
}

const titleOf = ({metadata}: KubeObject): string => `${metadata.namespace}/${metadata.name}`;

const SIGNS = {create: "+", update: "~", delete: "-"};
const show = (value: unknown) => (value === undefined ? "(none)" : JSON.stringify(value));

const textOf = (changes: Change[]): string =>
  changes
    .flatMap(({object, change, fields}) => [
      `${SIGNS[change]} ${object}`,
      ...fields.map(({path, from, to}) => `    ${path}: ${show(from)} → ${show(to)}`),
    ])
    .join("\n");

/** An object without the fields that change by themselves, and without the contents of a Secret. */
function comparable({status: _, metadata, data, ...rest}: KubeObject) {
  const {labels, annotations: {[APPLIED_ANNOTATION]: _digest, ...annotations} = {}} = metadata;
  return {...rest, metadata: {labels, annotations}, ...(rest.kind === "Secret" ? {} : {data})};
}

function* differences(from: any, to: any, path: string): Iterable<Change["fields"][number]> {
  if (from === to) return;
  if (typeof from !== "object" || typeof to !== "object" || !from || !to) {
    yield {path: path.slice(1), from, to};
    return;
  }
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    yield* differences(from[key], to[key], Array.isArray(from) ? `${path}[${key}]` : `${path}.${key}`);
  }
}

async function livePasswords(client: KubeClient, name: string, namespace: string): Promise<Record<string, string>> {
  const live = await Promise.all(
    passwordSecrets(name).map(async (secret) => {
      const password = passwordIn(await client.get(builtin.secret, {name: secret, namespace}));
      return password ? [[secret, password]] : [];
    }),
  );
  return Object.fromEntries(live.flat());
}
