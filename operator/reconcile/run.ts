import type {Find} from "../components/component.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import type {Memory} from "./memory.ts";
import type {Platform} from "./platform.ts";

/** One reconcile of one pipeline: what each step of it works with. */
export interface Run {
  platform: Platform;
  cache: Cache;
  pipeline: KubeObject;
  memory: Memory;
  /** The pipeline's resourceVersion as the cache had it when this reconcile began, before the operator's own writes. */
  seen: string | undefined;
  /** Of the pipeline. */
  key: string;
  name: string;
  namespace: string;
  /** ms since the epoch. */
  now: number;
}

export function startRun(platform: Platform, cache: Cache, pipeline: KubeObject, seen?: string): Run {
  const {name, namespace} = pipeline.metadata;
  const memory = platform.memories.of(pipeline);
  return {platform, cache, pipeline, memory, seen, key: keyOf(pipeline), name, namespace: namespace!, now: Date.now()};
}

/** Finds what is live in a namespace. */
export const finderIn =
  (cache: Cache, namespace: string): Find =>
  (type, name) =>
    cache.get(type, keyOf({metadata: {name, namespace}}));
