import type {EventColumn} from "../../api/event/columns.ts";
import {type ResolvedSpec, resolveSpec} from "../../api/pipeline.ts";
import {enabledStores, STORES, type StoreName} from "../../api/stores.ts";
import {type Connection, getPipeline} from "./connection.ts";

/** The stores of a pipeline, those that its spec switches off, and the fields that have columns of their own in each. */
export interface Stores {
  spec: ResolvedSpec;
  on: StoreName[];
  off: StoreName[];
  /** Those that a spec has unless it says otherwise. */
  switchedOff: StoreName[];
  fields: EventColumn[];
}

const BY_DEFAULT = enabledStores(resolveSpec({}));

export async function storesOf(connection: Connection, name: string): Promise<Stores> {
  const spec = resolveSpec((await getPipeline(connection, name)).spec);
  const on = enabledStores(spec);
  const off = STORES.filter((store) => !on.includes(store));
  const switchedOff = off.filter((store) => BY_DEFAULT.includes(store));
  return {spec, on, off, switchedOff, fields: spec.event.fields ?? []};
}

/**
 * The store that is named, or else all that are on.
 *
 * @param task what the command does, as "it holds nothing to …" ends
 * @throws Error naming the field that switches the store off
 */
export function readable(
  {on, off}: Pick<Stores, "on" | "off">,
  named: StoreName | undefined,
  task: string,
): StoreName[] {
  if (named && off.includes(named)) throw new Error(offMessage(named, task));
  if (on.length === 0) throw new Error(off.map((store) => offMessage(store, task)).join("; "));
  return named ? [named] : on;
}

export const offMessage = (store: StoreName, task: string): string =>
  `${store}: spec.${store}.enabled is false, so it holds nothing to ${task}`;
