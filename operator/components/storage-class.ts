import {TelemetryError} from "../../api/errors.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {Pair} from "./component.ts";

/** Refuses another StorageClass in the spec than that of the live volumes, for every planned object of a kind that is live already. */
export function sameStorageClass(
  pairs: Pair[],
  kind: string,
  field: string,
  wanted: string | undefined,
  read: (object: KubeObject) => string | undefined,
): void {
  for (const {planned, live} of pairs) {
    if (planned.kind !== kind || !live) continue;
    const is = read(live);
    if (wanted === is) continue;
    const fix = is ? `set it to ${is}` : "leave it out";
    throw new TelemetryError(
      "InvalidStorageClass",
      `${field}: ${wanted ?? "none"} is not the class of the live volumes, which cannot change; ${fix}`,
    );
  }
}

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** The class that Kubernetes gives a claim without one: of several defaults the newest. */
export async function defaultClass(client: KubeClient): Promise<string | undefined> {
  const {items} = await client.list(builtin.storageClass);
  return items
    .filter(({metadata}) => metadata.annotations?.[DEFAULT_CLASS] === "true")
    .sort(byAge)
    .at(-1)?.metadata.name;
}

export const byAge = (a: KubeObject, b: KubeObject): number =>
  Date.parse(a.metadata.creationTimestamp!) - Date.parse(b.metadata.creationTimestamp!);
