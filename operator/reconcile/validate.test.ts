import {expect, test} from "vitest";
import {type PipelineSpec, resolveSpec} from "../../api/pipeline.ts";
import type {Component} from "../components/component.ts";
import {ingester} from "../components/ingester.ts";
import {predictions} from "../components/predictions.ts";
import {timescaledb} from "../components/timescaledb.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {liveOf} from "./live.ts";
import {validateNeeds} from "./validate.ts";

const said = (external: object, keys: string[]) =>
  refusal({timescaledb: {provider: "External", external: {secret: "login", ...external}}}, timescaledb, keys);

/** The refusal of a Secret with these keys. */
async function refusal(given: PipelineSpec, component: Component, keys: string[]): Promise<string> {
  const spec = resolveSpec(given);
  const data = Object.fromEntries(keys.map((key) => [key, "YQ=="]));
  const client = {get: async () => ({metadata: {name: "login"}, data})} as unknown as KubeClient;
  const cache = {get: () => undefined} as unknown as Cache;
  const job = {apiVersion: "batch/v1", kind: "Job", metadata: {name: "fleet-timescaledb-schema", namespace: "a"}};
  return validateNeeds(client, liveOf(cache, [{component, objects: [job]}], spec), "a", spec).then(
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

test("an MLflow's Secret without a login", async () => {
  const spec = {predictions: {enabled: true, mlflow: {url: "http://mlflow:5000", secret: "login"}}};
  expect(await refusal(spec, predictions, ["user"])).toContain(
    "spec.predictions.mlflow.secret: Secret login lacks username or token and password or token; create it in namespace a",
  );
  expect(await refusal(spec, predictions, ["token"])).toBe("");
});

test.each([
  [["username", "password"], ""],
  [["token"], ""],
  [["username"], "lacks password or token;"],
  [[], "lacks username or token and password or token;"],
])("a schema registry's Secret with %j", async (keys, words) => {
  const spec = {event: {schemaRegistry: {url: "http://schemas:8081", secret: "login"}}};
  const message = await refusal(spec, ingester("timescaledb"), keys);
  expect(message).toContain(words);
  if (words) expect(message).toContain("spec.event.schemaRegistry.secret: Secret login");
  else expect(message).toBe("");
});
