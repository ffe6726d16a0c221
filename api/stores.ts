import type {ResolvedSpec} from "./pipeline.ts";

interface StoreTraits {
  /** As people write it. */
  title: string;
  /** From which time on the retention of a row counts. */
  agesFrom: "event" | "write";
  /** Whether its export writes CSV itself. */
  writesCsv: boolean;
}

/**
 * The stores, by name: the key of the spec, of the ingester's spec, and the end of the ingester's name. Each has an ingester of its own and holds every event.
 * Programs that read for people use the first that is enabled.
 */
export const stores = {
  timescaledb: {title: "TimescaleDB", agesFrom: "event", writesCsv: true},
  cassandra: {title: "Cassandra", agesFrom: "write", writesCsv: false},
} as const satisfies Record<string, StoreTraits>;

export type StoreName = keyof typeof stores;

export const STORES = Object.keys(stores) as StoreName[];

/** For messages: "timescaledb or cassandra". */
const STORE_CHOICE = STORES.join(" or ");

export const isStore = (name: string): name is StoreName => Object.hasOwn(stores, name);

/** What an ingester fills. */
export type IngesterStore = StoreName | "lake";

/** @throws Error a variable STORE that names none */
export function storeIn(name: string): StoreName {
  if (!isStore(name)) throw new Error(`STORE is "${name}", not ${STORE_CHOICE}`);
  return name;
}

/** The properties of each store. */
export const byStore = <T>(make: (store: StoreName) => T): Record<StoreName, T> =>
  Object.fromEntries(STORES.map((store) => [store, make(store)])) as Record<StoreName, T>;

export const enabledStores = (spec: Pick<ResolvedSpec, StoreName>): StoreName[] =>
  STORES.filter((store) => spec[store].enabled);
