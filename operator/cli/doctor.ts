import {telemetryPipeline} from "../api/crd.ts";
import {ownedKinds} from "../reconcile/kinds.ts";
import {isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type ResourceType, typeId} from "../runtime/types.ts";
import {type Found, table} from "./output.ts";

interface Check {
  check: string;
  ok: boolean;
  detail: string;
}

/** Looks for everything that a pipeline needs of a cluster; each fault comes with its remedy. */
export async function doctor(client: KubeClient, server: string): Promise<Found> {
  const checks: Check[] = [];
  const add = (check: string, ok: boolean, detail: string) => checks.push({check, ok, detail});
  const {gitVersion} = await client.request("GET", "/version").catch((error: Error) => {
    throw new Error(`the API server ${server} does not answer: ${error.message}`);
  });
  add("API server", true, gitVersion);
  const custom = ownedKinds.filter(({apiVersion}) => apiVersion.includes("."));
  for (const type of [telemetryPipeline, ...custom.filter(({apiVersion}) => !/^(apps|batch)\//.test(apiVersion))]) {
    const served = await serves(client, type);
    const remedy = type === telemetryPipeline ? "install telemetry-operator" : "install the operator that brings it";
    add(`kind ${typeId(type)}`, served, served ? "served" : `missing: ${remedy}`);
  }
  const {items: classes} = await client.list(builtin.storageClass);
  const standard = classes.filter(
    ({metadata}) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  add("default StorageClass", standard.length === 1, defaultClass(standard.map(({metadata}) => metadata.name)));
  for (const {metadata, allowVolumeExpansion} of standard) {
    const detail = allowVolumeExpansion ? "can grow" : "cannot grow: set allowVolumeExpansion to resize stores live";
    add(`volumes of class ${metadata.name}`, allowVolumeExpansion === true, detail);
  }
  const labelSelector = "app.kubernetes.io/name=telemetry-operator";
  const {items: operators} = await client.list(builtin.deployment, {labelSelector});
  const running = operators.some(({status}) => (status?.readyReplicas ?? 0) > 0);
  add("operator", running, running ? "ready" : operators.length ? "not ready: look at its log" : "not installed");
  const rows = checks.map(({check, ok, detail}) => [ok ? "ok" : "FAIL", check, detail]);
  return {text: table(rows), data: checks, ok: checks.every(({ok}) => ok)};
}

const defaultClass = (names: string[]): string =>
  names.length === 1 ? names[0]! : names.length === 0 ? "none: mark one as default" : `several: ${names.join(", ")}`;

async function serves(client: KubeClient, type: ResourceType): Promise<boolean> {
  try {
    await client.list(type, {limit: 1});
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
