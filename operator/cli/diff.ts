import {telemetryPipeline} from "../../api/crd.ts";
import {TelemetryError} from "../../api/errors.ts";
import {APPLIED_ANNOTATION, FIELD_MANAGER} from "../reconcile/apply.ts";
import {ownedKinds, typeOf} from "../reconcile/kinds.ts";
import {passwordIn, passwordSecrets} from "../reconcile/plan.ts";
import {type ApiError, isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject, objectId} from "../runtime/types.ts";
import type {Found} from "./output.ts";
import {planFor} from "./plan.ts";

interface Change {
  object: string;
  change: "create" | "update" | "delete";
  fields: {path: string; from: unknown; to: unknown}[];
}

/** What applying the pipeline would change, by a server-side dry run of every planned object. */
export async function diff(client: KubeClient, pipeline: KubeObject): Promise<Found> {
  const {name, namespace} = pipeline.metadata;
  await acceptable(client, pipeline);
  const uid = pipeline.metadata.uid ?? (await client.get(telemetryPipeline, {name, namespace}))?.metadata.uid;
  const passwords = await livePasswords(client, name, namespace!);
  const {items: quotas} = await client.list(builtin.resourceQuota, {namespace});
  const named = {...pipeline, metadata: {...pipeline.metadata, uid}};
  const pairs = await planFor(named, passwords, (object) => client.get(typeOf(object), object.metadata), quotas);
  const changes: Change[] = [];
  for (const {planned: object, live} of pairs) {
    const type = typeOf(object);
    const title = `${object.kind}/${object.metadata.name}`;
    if (!live) {
      changes.push({object: title, change: "create", fields: []});
      continue;
    }
    const next = await client.apply(type, object, {fieldManager: FIELD_MANAGER, dryRun: true});
    const fields = [...differences(stable(live), stable(next), "")];
    if (fields.length > 0) changes.push({object: title, change: "update", fields});
  }
  const wanted = new Set(pairs.map(({planned}) => objectId(planned)));
  for (const type of ownedKinds) {
    const labelSelector = `telemetry.dev/pipeline=${name}`;
    const {items} = await client.list(type, {namespace, labelSelector}).catch((error) => {
      if (isNotFound(error)) return {items: [] as KubeObject[]};
      throw error;
    });
    for (const item of items) {
      if (wanted.has(objectId(item))) continue;
      if (item.metadata.ownerReferences?.some(({kind}) => kind === pipeline.kind))
        changes.push({object: `${type.kind}/${item.metadata.name}`, change: "delete", fields: []});
    }
  }
  const text = changes.map(({object, change, fields}) =>
    [
      `${SIGNS[change]} ${object}`,
      ...fields.map(({path, from, to}) => `    ${path}: ${show(from)} → ${show(to)}`),
    ].join("\n"),
  );
  return {text: text.join("\n") || "no difference", data: changes, ok: changes.length === 0};
}

/** Has the API server judge the pipeline itself; one that does not know the kind yet, or lets this user not write it, is no hindrance. */
async function acceptable(client: KubeClient, {apiVersion, kind, metadata: {name, namespace}, spec}: KubeObject) {
  const object = {apiVersion, kind, metadata: {name, namespace: namespace!}, spec};
  await client.apply(telemetryPipeline, object, {fieldManager: "diff", dryRun: true}).catch((error: ApiError) => {
    if (error.status === 422) throw new Error(error.message.replace(/^.*? 422 /, ""));
    if (error.status !== 404 && error.status !== 403) throw error;
  });
}

/** What this version of the operator, once it runs, would change of the pipelines that are there. */
export async function diffAll(client: KubeClient, namespace: string | undefined): Promise<Found> {
  const {items} = await client.list(telemetryPipeline, {namespace});
  const found: Found[] = [];
  for (const pipeline of items) {
    found.push(
      await diff(client, pipeline).catch((error) => {
        if (!(error instanceof TelemetryError)) throw error;
        return {text: `! refused: ${error.message}`, data: {refused: error.message}, ok: false};
      }),
    );
  }
  const title = ({metadata}: KubeObject) => `${metadata.namespace}/${metadata.name}`;
  return {
    text: items.map((pipeline, at) => `${title(pipeline)}:\n${found[at]!.text}`).join("\n\n") || "no pipeline",
    data: items.map((pipeline, at) => ({pipeline: title(pipeline), changes: found[at]!.data})),
    ok: found.every(({ok}) => ok),
  };
}

const SIGNS = {create: "+", update: "~", delete: "-"};
const show = (value: unknown) => (value === undefined ? "(none)" : JSON.stringify(value));

/** Without what changes by itself, and without the contents of a Secret. */
function stable({status: _, metadata, data, ...rest}: KubeObject) {
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
