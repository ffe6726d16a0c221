import {expect, test} from "vitest";
import {Refusal} from "../../lib/refusal.ts";
import type {Database} from "../wanted.ts";
import type {Superset} from "./client.ts";
import {provideDatabases} from "./databases.ts";

const postgres: Database = {
  ...{source: "timescaledb", host: "2001:db8::5", port: 5433, database: "fleet/1", user: "me@x", password: "p:/@"},
  ...{verified: true, ca: "/etc/ca/ca.crt"},
} as const;
const druid: Database = {
  ...{source: "warehouse", url: new URL("https://druid.example.com:8888/base/"), user: "u", password: "p w"},
  ca: "/etc/druid/ca.crt",
} as const;

/** Superset with databases by name, which takes each unless told otherwise. */
function superset(live: string[], refuses: string[] = []) {
  const told: [string, any][] = [];
  const take = async (path: string, body: any) => {
    told.push([path, body]);
    if (refuses.some((part) => body.sqlalchemy_uri.startsWith(part))) throw new Refusal(422, "422: no connection");
    return {id: 9};
  };
  const answers = {
    get: async () => ({result: live.map((database_name, at) => ({id: at + 1, database_name}))}),
    post: take,
    put: take,
  };
  return {told, server: answers as unknown as Superset};
}

test("a connection says who the server has to be, whatever Superset's own database is, with each character as it is", async () => {
  const {server, told} = superset([]);
  const said = {changed: [], missing: []};
  await provideDatabases(server, [postgres, druid, {source: "lake"}], new Map(), said);
  const [first, second, third] = told.map(([, body]) => ({...body, extra: JSON.parse(body.extra)}));
  expect(first).toMatchObject({
    database_name: "TimescaleDB",
    sqlalchemy_uri: "postgresql+psycopg2://me%40x:p%3A%2F%40@[2001:db8::5]:5433/fleet%2F1",
    extra: {engine_params: {connect_args: {sslmode: "verify-full", sslrootcert: "/etc/ca/ca.crt"}}},
    allow_dml: false,
  });
  expect(second).toMatchObject({
    sqlalchemy_uri: "druid+https://u:p%20w@druid.example.com:8888/base/druid/v2/sql/",
    extra: {engine_params: {connect_args: {ssl_verify_cert: "/etc/druid/ca.crt"}}},
  });
  expect(third.sqlalchemy_uri).toBe("duckdb:///:memory:");
  expect(said.changed).toEqual(["database TimescaleDB", "database Warehouse", "database Lake"]);
});

test("a live one is told its password once, and one that is away is named and tried again", async () => {
  const {server, told} = superset(["TimescaleDB", "Warehouse"], ["druid"]);
  const ids = new Map();
  for (const _ of [1, 2]) {
    const said = {changed: [], missing: []};
    await provideDatabases(server, [postgres, druid], ids, said);
    expect(said).toEqual({changed: [], missing: ["database Warehouse (422: no connection)"]});
  }
  expect(told.map(([path]) => path)).toEqual(["/api/v1/database/1", "/api/v1/database/2", "/api/v1/database/2"]);
  expect([...ids]).toEqual([["timescaledb", 1]]);
});
