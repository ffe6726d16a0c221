import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {defaultImages, type Login} from "../../context.ts";
import {timescaledbClient} from "./client.ts";

const clientOf = (external: object, keys?: string[], reader = false) => {
  const spec = resolveSpec({timescaledb: {provider: "External", external: {secret: "login", ...external}}});
  const logins: Record<string, Login> = keys ? {login: {content: "a", keys}} : {};
  const context = {name: "fleet", namespace: "a", spec, images: defaultImages, passwords: {}, logins};
  return Object.fromEntries(
    timescaledbClient(context, reader).env.map(({name, value, valueFrom}) => [
      name,
      value ?? valueFrom!.secretKeyRef!.key,
    ]),
  );
};

test("a Secret of CloudNativePG's says where the database is, and what it is called", () => {
  const keys = ["dbname", "host", "password", "port", "uri", "user", "username"];
  expect(clientOf({}, keys)).toMatchObject({PGHOST: "host", PGPORT: "5432", PGDATABASE: "dbname", PGUSER: "username"});
  expect(clientOf({host: "pooler"}, keys)).toMatchObject({PGHOST: "pooler", PGDATABASE: "dbname"});
});

test.each([[["database", "password", "username"]], [["database", "dbname", "password", "username"]], [undefined]])(
  "with the keys %j the database is at database",
  (keys) => {
    expect(clientOf({host: "db"}, keys)).toMatchObject({PGHOST: "db", PGDATABASE: "database"});
  },
);

test("an IPv6 address is bare for programs, however it is written", () => {
  expect(clientOf({host: "[2001:db8::1]"}).PGHOST).toBe("2001:db8::1");
});

test("nothing is asked of the session, a reader's included: a pooler would refuse it", () => {
  expect(Object.keys(clientOf({host: "db"}, undefined, true))).not.toContain("PGOPTIONS");
});
