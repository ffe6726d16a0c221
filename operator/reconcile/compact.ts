import {createHash} from "node:crypto";
import type {KubeObject} from "../runtime/types.ts";

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

/** Much of a pipeline is the text of its alert rules and ConfigMaps: the cache holds a digest of them. */
export function compact(object: KubeObject): KubeObject {
  if (object.kind === "PrometheusRule") return {...object, spec: digest(object.spec)};
  if (object.kind !== "ConfigMap" || !object.data) return object;
  const data = Object.entries(object.data).map(([key, value]) => [key, digest(value)]);
  return {...object, data: Object.fromEntries(data)};
}
