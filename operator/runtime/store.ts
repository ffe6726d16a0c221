import {createPacker} from "./packer.ts";
import {type KubeObject, keyOf} from "./types.ts";

/**
 * Objects of one kind by `namespace/name`, with an index by the uid of their owners. Each is held as its JSON text, a
 * quarter of what the objects would take, and is parsed when it is asked for; those that have not changed for long are packed.
 */
export interface Store {
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  keys(): string[];
  ownedKeys(uid: string): string[];
  /** The resourceVersion of what is held. */
  version(key: string): string | undefined;
  set(object: KubeObject): void;
  delete(key: string): void;
}

/** Parsed objects that are kept: a reconcile asks for each of its objects several times. */
const PARSED = 4;
/** Texts that stay as they are, the newest: an object that comes up changes several times within seconds. */
const FRESH = 32;

interface Entry {
  /** Packed, unless it is among the fresh. */
  text: string;
  version: string | undefined;
  owners: Owner[];
}
interface Owner {
  uid: string;
  name: string;
  keys: string[];
}

export function createStore(objects: Iterable<KubeObject> = []): Store {
  const byKey = new Map<string, Entry>();
  const owners = new Map<string, Owner>();
  const parsed = new Map<string, KubeObject>();
  const fresh = new Set<Entry>();
  const packer = createPacker();

  const wordsOf = ({owners: [owner]}: Entry): string[] => (owner ? [owner.uid, owner.name] : []);
  const read = (entry: Entry): KubeObject =>
    JSON.parse(fresh.has(entry) ? entry.text : packer.unpack(entry.text, wordsOf(entry)));

  function get(key: string): KubeObject | undefined {
    const known = parsed.get(key);
    if (known) return known;
    const entry = byKey.get(key);
    if (!entry) return undefined;
    const object = read(entry);
    parsed.set(key, object);
    if (parsed.size > PARSED) parsed.delete(parsed.keys().next().value!);
    return object;
  }

  /** Takes an object out, but for its place in the order. */
  function takeOut(key: string) {
    parsed.delete(key);
    const entry = byKey.get(key);
    if (!entry) return;
    fresh.delete(entry);
    for (const owner of entry.owners) {
      owner.keys = owner.keys.filter((other) => other !== key);
      if (owner.keys.length === 0) owners.delete(owner.uid);
    }
  }

  function ownerOf({uid, name}: {uid: string; name: string}): Owner {
    const known = owners.get(uid);
    if (known) return known;
    const owner = {uid, name, keys: []};
    owners.set(uid, owner);
    return owner;
  }

  function packOldest() {
    const entry = fresh.values().next().value!;
    fresh.delete(entry);
    entry.text = packer.pack(entry.text, wordsOf(entry));
  }

  const store: Store = {
    get,
    list: () => [...byKey.values()].map(read),
    keys: () => [...byKey.keys()],
    ownedKeys: (uid) => owners.get(uid)?.keys ?? [],
    version: (key) => byKey.get(key)?.version,
    set(object) {
      const key = keyOf(object);
      takeOut(key);
      const mine = (object.metadata.ownerReferences ?? []).map(ownerOf);
      const version = object.metadata.resourceVersion;
      const entry = {text: JSON.stringify(object), version, owners: mine};
      byKey.set(key, entry);
      for (const owner of mine) owner.keys.push(key);
      fresh.add(entry);
      if (fresh.size > FRESH) packOldest();
    },
    delete(key) {
      takeOut(key);
      byKey.delete(key);
    },
  };
  for (const object of objects) store.set(object);
  return store;
}
