import {createHash} from "node:crypto";
import {RETAINED_LABEL} from "../../cdk8s/context.ts";
import type {KubeObject, ObjectMeta} from "../runtime/types.ts";

/** A short stand-in for a value that is only ever compared; the order of keys does not matter. */
export const digest = (value: unknown): string =>
  createHash("sha1")
    .update(typeof value === "string" ? value : JSON.stringify(value, sorted))
    .digest("base64");

const sorted = (_: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** A pipeline without the annotations of others, which may be 256 KiB of each. */
export function compactPipeline(object: KubeObject): KubeObject {
  const {annotations = {}, ...metadata} = object.metadata;
  const ours = Object.entries(annotations).filter(([name]) => name.startsWith("telemetry.dev/"));
  return {...object, metadata: {...metadata, annotations: Object.fromEntries(ours)}};
}

/** Much of a pipeline is the text of its alert rules and ConfigMaps: the cache holds a digest of them. What outlives it is small, and read again. */
export function compact(object: KubeObject): KubeObject {
  if (object.kind === "Pod") return compactPod(object);
  if (object.kind === "Secret" && !isOurs(object)) return {...object, data: {}, digest: contentOf(object)};
  if (object.kind === "PrometheusRule") return {...object, spec: digest(object.spec)};
  if (object.kind !== "ConfigMap" || !object.data || object.metadata.labels?.[RETAINED_LABEL]) return object;
  const data = Object.entries(object.data).map(([key, value]) => [key, digest(value)]);
  return {...object, data: Object.fromEntries(data)};
}

const isOurs = ({metadata}: KubeObject): boolean =>
  metadata.labels?.["app.kubernetes.io/managed-by"] === "telemetry-operator";

/**
 * What tells the contents of a Secret of others from those before. The uid, which only who may read the Secret knows, keeps a weak password
 * from being found by its hash.
 */
export const contentOf = ({metadata, data, digest: held}: KubeObject): string =>
  (held as string | undefined) ?? digest([metadata.uid, data]);

/** Of a pod it counts what it is called, whose it is, and how it is. */
const compactPod = ({apiVersion, kind, metadata, status}: KubeObject): KubeObject => {
  const {name, namespace, uid, resourceVersion, labels} = metadata;
  const conditions = status?.conditions?.map(({type, status: is}: any) => ({type, status: is})) ?? [];
  return {
    apiVersion,
    kind,
    metadata: {name, namespace, uid, resourceVersion, labels} as ObjectMeta,
    status: {conditions},
  };
};
