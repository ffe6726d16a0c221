import {type KubeObject, keyOf} from "./types.ts";

/** Objects of one kind by `namespace/name`, with an index by the uid of their owners. */
export interface Store {
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  owned(uid: string): KubeObject[];
  set(object: KubeObject): void;
  delete(key: string): void;
}

export function createStore(objects: Iterable<KubeObject> = []): Store {
  const byKey = new Map<string, KubeObject>();
  const keysByOwner = new Map<string, Set<string>>();
  const ownersOf = (object: KubeObject | undefined) => object?.metadata.ownerReferences?.map(({uid}) => uid) ?? [];

  function unindex(key: string) {
    for (const uid of ownersOf(byKey.get(key))) {
      const keys = keysByOwner.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) keysByOwner.delete(uid);
    }
  }

  const store: Store = {
    get: (key) => byKey.get(key),
    list: () => [...byKey.values()],
    owned: (uid) => [...(keysByOwner.get(uid) ?? [])].map((key) => byKey.get(key)!),
    set(object) {
      const key = keyOf(object);
      unindex(key);
      byKey.set(key, object);
      for (const uid of ownersOf(object)) {
        const keys = keysByOwner.get(uid);
        if (keys) keys.add(key);
        else keysByOwner.set(uid, new Set([key]));
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
