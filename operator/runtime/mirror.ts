import {isDeepStrictEqual} from "node:util";
import {ApiError} from "./api-error.ts";
import type {WatchEvent} from "./client.ts";
import {createStore, type Store} from "./store.ts";
import {type KubeObject, keyOf} from "./types.ts";

/** The objects of one kind as lists and watches gave them, how far these have come, and own writes that they have not come to. */
export interface Mirror extends Pick<Store, "get" | "list" | "keys" | "ownedKeys"> {
  /** Replaces all objects by those of a list. */
  replace(listed: Store, resourceVersion: string): void;
  /** Takes an event of the watch; returns the resourceVersion from which the watch can be resumed. */
  take(event: WatchEvent): string;
  /** Drops all objects: the server no longer serves the kind. */
  clear(): void;
  /** Notes the answer to a write of ours. */
  wrote(object: KubeObject): void;
  /** Whether the mirror has not come to our own last write of that key yet; its arrival is reported then. */
  behind(key: string): boolean;
}

/** Servers count resourceVersions up; one that does not is never taken for newer. */
const isNewer = (version: string | undefined, than: string): boolean => Number(version) > Number(than);

/** The managed fields, often half of an object, are of no use here. */
export function slim(object: KubeObject): KubeObject {
  delete object.metadata.managedFields;
  return object;
}

/**
 * @param notify called after the mirror holds the change
 * @param notable the part of an object whose changes are reported; default: all of it
 */
export function createMirror(
  notify: (object: KubeObject, listed: boolean) => void,
  notable?: (object: KubeObject) => unknown,
): Mirror {
  let store = createStore();
  /** The resourceVersion that the mirror has come to. */
  let position = "";
  /** Own writes that the mirror has not come to, by key. */
  const awaited = new Map<string, string>();
  /** Keys whose coming is waited for, whatever it brings. */
  const expected = new Set<string>();

  const versionOf = (from: Store, key: string) => from.get(key)?.metadata.resourceVersion;

  function isDull(object: KubeObject, key: string): boolean {
    const before = notable && store.get(key);
    return before !== undefined && isDeepStrictEqual(notable!(object), notable!(before));
  }

  function swap(fresh: Store): Store {
    const old = store;
    store = fresh;
    awaited.clear();
    expected.clear();
    return old;
  }

  return {
    get: (key) => store.get(key),
    list: () => store.list(),
    keys: () => store.keys(),
    ownedKeys: (uid) => store.ownedKeys(uid),
    replace(listed, resourceVersion) {
      const old = swap(listed);
      position = resourceVersion;
      for (const key of listed.keys())
        if (versionOf(old, key) !== versionOf(listed, key)) notify(listed.get(key)!, true);
      for (const key of old.keys()) if (versionOf(listed, key) === undefined) notify(old.get(key)!, true);
    },
    take({type: change, object}) {
      if (change === "ERROR")
        throw new ApiError(object.code ?? 500, object.reason ?? "Unknown", object.message ?? "watch error");
      position = object.metadata.resourceVersion;
      if (change === "BOOKMARK") return position;
      const key = keyOf(object);
      if (!isNewer(awaited.get(key), position)) awaited.delete(key);
      const held = slim(object);
      const dull = !expected.delete(key) && change === "MODIFIED" && isDull(held, key);
      if (change === "DELETED") store.delete(key);
      else store.set(held);
      if (!dull) notify(held, false);
      return position;
    },
    clear() {
      for (const object of swap(createStore()).list()) notify(object, true);
    },
    wrote({metadata}) {
      if (isNewer(metadata.resourceVersion, position)) awaited.set(keyOf({metadata}), metadata.resourceVersion!);
    },
    behind(key) {
      const yet = isNewer(awaited.get(key), position);
      if (yet) expected.add(key);
      else awaited.delete(key);
      return yet;
    },
  };
}
