import {type KubeObject, keyOf} from "./types.ts";

/** Objects of one kind by `namespace/name`, with an index by the uid of their owners. They are shared: nobody changes one. */
export interface Store {
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  keys(): string[];
  ownedKeys(uid: string): string[];
  set(object: KubeObject): void;
  delete(key: string): void;
}

export function createStore(objects: Iterable<KubeObject> = []): Store {
  const byKey = new Map<string, KubeObject>();
  const byOwner = new Map<string, Set<string>>();

  /** Takes an object out of the index. */
  function disown(key: string) {
    for (const {uid} of byKey.get(key)?.metadata.ownerReferences ?? []) {
      const keys = byOwner.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) byOwner.delete(uid);
    }
  }

  const store: Store = {
    get: (key) => byKey.get(key),
    list: () => [...byKey.values()],
    keys: () => [...byKey.keys()],
    ownedKeys: (uid) => [...(byOwner.get(uid) ?? [])],
    set(object) {
      const key = keyOf(object);
      disown(key);
      byKey.set(key, object);
      for (const {uid} of object.metadata.ownerReferences ?? [])
        byOwner.set(uid, (byOwner.get(uid) ?? new Set()).add(key));
    },
    delete(key) {
      disown(key);
      byKey.delete(key);
    },
  };
  for (const object of objects) store.set(object);
  return store;
}
