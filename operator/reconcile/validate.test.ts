import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {timescaledb} from "../components/timescaledb.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {validateNeeds} from "./validate.ts";

/** The refusal of a Secret with these keys. */
async function said(external: object, keys: string[]): Promise<string> {
  const spec = resolveSpec({timescaledb: {provider: "External", external: {secret: "login", ...external}}});
  const data = Object.fromEntries(keys.map((key) => [key, "YQ=="]));
  const client = {get: async () => ({metadata: {name: "login"}, data})} as unknown as KubeClient;
  const cache = {get: () => undefined} as unknown as Cache;
  const job = {apiVersion: "batch/v1", kind: "Job", metadata: {name: "fleet-timescaledb-schema", namespace: "a"}};
  return validateNeeds(client, cache, "a", [{component: timescaledb, objects: [job]}], spec).then(
    () => "",
    (error) => error.message,
  );
}

test.each([
  [{host: "db"}, ["username", "password", "database"]],
  [{host: "db"}, ["username", "password", "dbname"]],
  [{}, ["username", "password", "dbname", "host"]],
])("PostgreSQL at %j is reached with a Secret that has %j", async (external, keys) => {
  expect(await said(external, keys)).toBe("");
});

test.each([
  [{host: "db"}, ["username", "password"], "lacks database or dbname;"],
  [{}, ["username", "password", "dbname"], "lacks host;"],
  [{}, ["host"], "lacks username and password and database or dbname;"],
])("at %j with %j what is missing is named", async (external, keys, words) => {
  const message = await said(external, keys);
  expect(message).toContain("spec.timescaledb.external.secret: Secret login");
  expect(message).toContain(words);
  expect(message).toContain("create it in namespace a with username, password, database or dbname");
});
