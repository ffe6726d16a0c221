import {type KubeObject, keyOf} from "./types.ts";

/**
 * Objects of one kind by `namespace/name`, with an index by the uid of their owners. Each is held as its JSON text, a
 * quarter of what the objects would take, and is parsed when it is asked for.
 */
export interface Store {
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  keys(): string[];
  owned(uid: string): KubeObject[];
  ownedKeys(uid: string): string[];
  /** The resourceVersion of what is held. */
  version(key: string): string | undefined;
  set(object: KubeObject): void;
  delete(key: string): void;
}

/** Parsed objects that are kept: a reconcile asks for each of its objects several times. */
const PARSED = 16;

interface Entry {
  text: string;
  version: string | undefined;
  owners: string[];
}

export function createStore(objects: Iterable<KubeObject> = []): Store {
  const byKey = new Map<string, Entry>();
  const keysByOwner = new Map<string, string[]>();
  const parsed = new Map<string, KubeObject>();

  function get(key: string): KubeObject | undefined {
    const known = parsed.get(key);
    if (known) return known;
    const entry = byKey.get(key);
    if (!entry) return undefined;
    const object = JSON.parse(entry.text) as KubeObject;
    parsed.set(key, object);
    if (parsed.size > PARSED) parsed.delete(parsed.keys().next().value!);
    return object;
  }

  function unindex(key: string) {
    parsed.delete(key);
    for (const uid of byKey.get(key)?.owners ?? []) {
      const rest = keysByOwner.get(uid)?.filter((other) => other !== key) ?? [];
      if (rest.length > 0) keysByOwner.set(uid, rest);
      else keysByOwner.delete(uid);
    }
  }

  const store: Store = {
    get,
    list: () => [...byKey.values()].map(({text}) => JSON.parse(text)),
    keys: () => [...byKey.keys()],
    owned: (uid) => store.ownedKeys(uid).map((key) => get(key)!),
    ownedKeys: (uid) => keysByOwner.get(uid) ?? [],
    version: (key) => byKey.get(key)?.version,
    set(object) {
      const key = keyOf(object);
      const owners = object.metadata.ownerReferences?.map(({uid}) => uid) ?? [];
      unindex(key);
      byKey.set(key, {text: JSON.stringify(object), version: object.metadata.resourceVersion, owners});
      for (const uid of owners) {
        const keys = keysByOwner.get(uid);
        if (keys) keys.push(key);
        else keysByOwner.set(uid, [key]);
      }
    },
    delete(key) {
      unindex(key);
      byKey.delete(key);
    },
  };
  for (const object of objects) store.set(object);
  return store;
}
