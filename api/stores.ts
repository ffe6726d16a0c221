import type {ImageName} from "./images.ts";
import type {ResolvedSpec} from "./pipeline.ts";

interface StoreTraits {
  /** As people write it. */
  title: string;
  /** From which time on the retention of a row counts. */
  agesFrom: "event" | "write";
  /** Whether its export writes CSV itself. */
  writesCsv: boolean;
  /** Whether people may ask it anything in SQL, by `sql`. */
  sql?: true;
  /** Whether it keeps what vehicles do not send: plates, groups, drivers. */
  masterData?: true;
  /** The program that copies its files, where these are Parquet. */
  copy?: string;
  /** Of its ingester, where it is not that of all programs. */
  image?: ImageName;
  /** What its ingester needs at least, where rows wait in its memory. */
  memory?: string;
}

/**
 * The stores, by name: the key of the spec, of the ingester's spec, and the end of the ingester's name. Each has an ingester of its own and holds every event.
 * Programs that read for people use the first that is enabled.
 */
export const stores = {
  timescaledb: {title: "TimescaleDB", agesFrom: "event", writesCsv: true, masterData: true},
  cassandra: {title: "Cassandra", agesFrom: "write", writesCsv: false},
  lake: {
    title: "Lake",
    agesFrom: "event",
    writesCsv: false,
    sql: true,
    copy: "workloads/lake/copy.ts",
    image: "lake",
    memory: "768Mi",
  },
} as const satisfies Record<string, StoreTraits>;

export type StoreName = keyof typeof stores;

/** The properties of a store, those of some alone among them. */
export const traitsOf = (store: StoreName): StoreTraits => stores[store];

export const STORES = Object.keys(stores) as StoreName[];

/** Servers that answer at once, and with each row as soon as it is written. */
export const DATABASES = ["timescaledb", "cassandra"] as const satisfies StoreName[];

export type DatabaseName = (typeof DATABASES)[number];

/** For messages: "timescaledb or cassandra". */
const STORE_CHOICE = STORES.join(" or ");

export const isStore = (name: string): name is StoreName => Object.hasOwn(stores, name);

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
