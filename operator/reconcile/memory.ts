import type {Login} from "../../cdk8s/context.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import type {Applied} from "./decide.ts";
import type {KnownPlan} from "./plan.ts";
import type {Refusal} from "./refusals.ts";

/** The operator's memory of one pipeline. It is lost at a restart, which costs requests and nothing else. */
export interface Memory {
  /** Of the pipeline: one that is created anew by the same name starts afresh. */
  uid: string | undefined;
  plan?: KnownPlan;
  /** Of planned objects as they are sent, whose owners the guard is among. */
  digests: WeakMap<KubeObject, string>;
  guard?: string;
  /** Objects as they were applied. */
  applied: Map<string, Applied>;
  /** ms since the epoch at which an object of each component was last created or changed, by its name. */
  changedAt: Map<string, number>;
  /** Planned objects whose derived names were free, by `objectId`. */
  named: Set<string>;
  /** The API server's last refusals, by request. */
  refusals: Map<string, Refusal>;
  /** Generated passwords of Secrets that the cache does not have yet, by name. */
  passwords: Map<string, string>;
  /** The logins that others make, as they were found last. */
  logins?: {at: number; names: string; found: Record<string, Login>};
  /** Notes of components for themselves, by name. */
  notes: Map<string, Map<string, any>>;
}

export const emptyMemory = (uid?: string): Memory => ({
  uid,
  digests: new WeakMap(),
  applied: new Map(),
  changedAt: new Map(),
  named: new Set(),
  refusals: new Map(),
  passwords: new Map(),
  notes: new Map(),
});

/** The notes of a component, which are its own to change. */
export function notesOf({notes}: Pick<Memory, "notes">, component: string): Map<string, any> {
  const known = notes.get(component) ?? new Map<string, any>();
  notes.set(component, known);
  return known;
}

export interface Memories {
  of(pipeline: KubeObject): Memory;
  /** Of a pipeline that is gone. */
  forget(key: string): void;
}

export function createMemories(): Memories {
  const memories = new Map<string, Memory>();
  return {
    of(pipeline) {
      const [key, {uid}] = [keyOf(pipeline), pipeline.metadata];
      const previous = memories.get(key);
      if (previous && previous.uid === uid) return previous;
      const memory = emptyMemory(uid);
      memories.set(key, memory);
      return memory;
    },
    forget: (key) => void memories.delete(key),
  };
}
