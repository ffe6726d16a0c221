import {number, text} from "../lib/environment.ts";
import {dashboardsOf} from "./content/dashboards.ts";
import {datasetsOf} from "./content/datasets.ts";
import type {Content, Need, Source} from "./content/model.ts";

/** PostgreSQL, as who only reads. */
export interface Postgres {
  source: "timescaledb";
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Whether the server has to prove who it is. */
  verified: boolean;
  /** Path of the authorities' certificates, in the pod of the keeper and of the BI server alike. */
  ca: string | undefined;
}

export interface Druid {
  source: "warehouse";
  url: URL;
  user: string | undefined;
  password: string | undefined;
  /** Path of the authorities' certificates. */
  ca: string | undefined;
}

/** DuckDB within the BI server, which knows the lake by its own environment. */
interface Lake {
  source: "lake";
}

export type Database = Postgres | Druid | Lake;

/** How people read them. */
export const TITLES: Record<Source, string> = {timescaledb: "TimescaleDB", warehouse: "Warehouse", lake: "Lake"};

export const portOf = ({port, protocol}: URL): number => Number(port) || (protocol === "https:" ? 443 : 80);

/** What the BI server has to have. */
export interface Wanted extends Content {
  databases: Database[];
  /** Keys of dashboards that the pipeline has nothing for, or no longer. */
  unwanted: string[];
}

const postgres = (): Postgres => ({
  source: "timescaledb",
  host: text("PGHOST"),
  port: number("PGPORT", 5_432),
  database: text("PGDATABASE"),
  user: text("PGUSER"),
  password: text("PGPASSWORD"),
  verified: process.env.PGSSLMODE === "verify-full",
  ca: process.env.PGSSLROOTCERT,
});

const druid = (): Druid => ({
  source: "warehouse",
  url: new URL(text("WAREHOUSE_URL")),
  user: process.env.WAREHOUSE_USERNAME,
  password: process.env.WAREHOUSE_PASSWORD,
  ca: process.env.WAREHOUSE_CA,
});

const DATABASES: Record<Source, () => Database> = {
  timescaledb: postgres,
  warehouse: druid,
  lake: () => ({source: "lake"}),
};

/** By BI_HAS, what the pipeline has, BI_COLD_CHAIN_MAX in °C, and the variables of the databases' clients. */
export function wantedOf(): Wanted {
  const has = text("BI_HAS").split(",") as Need[];
  const all = datasetsOf(process.env.WAREHOUSE_TABLE ?? "");
  const every = Object.entries(dashboardsOf(Number(text("BI_COLD_CHAIN_MAX"))));
  const isWanted = ([, {needs}]: (typeof every)[number]) => needs.every((need) => has.includes(need));
  const dashboards = Object.fromEntries(every.filter(isWanted));
  const asked = new Set(
    Object.values(dashboards).flatMap(({rows}) => rows.flatMap((row) => Object.values(row).map((one) => one.dataset))),
  );
  return {
    databases: has.flatMap((need) => (need in DATABASES ? [DATABASES[need as Source]()] : [])),
    datasets: Object.fromEntries(Object.entries(all).filter(([name]) => asked.has(name))),
    dashboards,
    unwanted: every.filter((one) => !isWanted(one)).map(([key]) => key),
  };
}
