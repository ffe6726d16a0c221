import {telemetryPipeline} from "../../api/crd.ts";
import {bytesOf} from "../../api/quantities.ts";
import {components} from "../components/all.ts";
import {isNotFound} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject, type ResourceType, typeId} from "../runtime/types.ts";
import {type Findings, table} from "./output.ts";

interface Check {
  check: string;
  ok: boolean;
  detail: string;
  /** Pipelines run without it. */
  optional?: boolean;
}

/** As in the chart's kubeVersion: Strimzi needs it. */
const OLDEST_MINOR = 30;
/** The requests of the pods of profile Dev, and of the upstream operators. */
const DEV_BYTES = 6 * 2 ** 30;

/** Checks everything that a pipeline needs of a cluster; each failure comes with its remedy. */
export async function examine(client: KubeClient): Promise<Findings> {
  const checks: Check[] = [];
  const add = (check: string, ok: boolean, detail: string, optional = false) =>
    checks.push({check, ok, detail, ...(optional ? {optional} : {})});
  const {gitVersion, minor} = await client.request("GET", "/version");
  const recent = Number.parseInt(minor, 10) >= OLDEST_MINOR;
  add("API server", recent, recent ? gitVersion : `${gitVersion}: 1.${OLDEST_MINOR} or newer is needed`);
  const {items: nodes} = await client.request("GET", "/api/v1/nodes");
  add("memory of all nodes", ...room(nodes.map(({status}: KubeObject) => bytesOf(status.allocatable.memory))));
  const addKind = async (type: ResourceType, remedy: string, optional = false) => {
    const served = await serves(client, type);
    add(`kind ${typeId(type)}`, served, served ? "served" : `missing: ${remedy}`, optional);
  };
  await addKind(telemetryPipeline, "install telemetry-operator");
  for (const {kinds = [], without} of components)
    for (const kind of kinds)
      await addKind(kind, without ?? "install the operator that serves it", without !== undefined);
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
  add("operator", ...operatorState(operators));
  const rows = checks.map(({check, ok, detail, optional}) => [ok ? "ok" : optional ? "note" : "FAIL", check, detail]);
  return {text: table(rows), data: checks, ok: checks.every(({ok, optional}) => ok || optional)};
}

function operatorState(operators: KubeObject[]): [boolean, string] {
  const nameOf = ({metadata}: KubeObject) => `${metadata.namespace}/${metadata.name}`;
  if (operators.length === 0) return [false, "not installed"];
  for (const operator of operators) {
    const rivals = operators.filter((other) => other !== operator && overlap(scopeOf(operator), scopeOf(other)));
    if (rivals.length > 0)
      return [
        false,
        `${[operator, ...rivals].map(nameOf).join(", ")} watch the same pipelines: keep one operator, or give each a namespace of its own (watchNamespace)`,
      ];
  }
  const notReady = operators.find(({status}) => !((status?.readyReplicas ?? 0) > 0));
  if (notReady) return [false, `${nameOf(notReady)} is not ready: look at its log`];
  return [true, `ready (${operators.map(nameOf).join(", ")})`];
}

/** The one namespace that an operator watches; "" for all. */
const scopeOf = ({spec}: KubeObject): string =>
  spec.template.spec.containers[0].env?.find(({name}: any) => name === "WATCH_NAMESPACE")?.value ?? "";

const overlap = (a: string, b: string): boolean => a === b || a === "" || b === "";

function room(memory: number[]): [boolean, string] {
  const total = memory.reduce((sum, size) => sum + size, 0);
  const gib = (total / 2 ** 30).toFixed(1);
  return [
    total >= DEV_BYTES,
    `${gib} GiB${total >= DEV_BYTES ? "" : `: the Dev profile needs about ${DEV_BYTES / 2 ** 30}`}`,
  ];
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
