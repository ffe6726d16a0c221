import {expect, test} from "vitest";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {generatedPasswords, passwordSecrets} from "./passwords.ts";
import {plan} from "./plan.ts";

test.each<[string, PipelineSpec]>([
  ["a default pipeline", {}],
  ["one without Cassandra", {cassandra: {enabled: false}}],
  [
    "one with TimescaleDB elsewhere",
    {timescaledb: {provider: "External", external: {host: "db.example.com", secret: "fleet-timescaledb"}}},
  ],
  [
    "one with Cassandra elsewhere",
    {
      cassandra: {
        provider: "External",
        external: {contactPoints: ["db.example.com"], datacenter: "dc1", secret: "fleet-cassandra"},
      },
    },
  ],
  ["one without a console", {observability: {console: {enabled: false}}}],
  ["one without alerts", {observability: {alerting: {enabled: false}}}],
  ["Kafka alone", {timescaledb: {enabled: false}, cassandra: {enabled: false}, simulator: {enabled: false}}],
])("%s has passwords for the Secrets that it makes, and for no other", (_, given) => {
  const spec = resolveSpec(given);
  const names = generatedPasswords("fleet", spec);
  const passwords = Object.fromEntries(names.map((name) => [name, "not-random"]));
  const objects = plan({name: "fleet", namespace: "a", spec, images: defaultImages, passwords}).flatMap(
    (component) => component.objects,
  );
  const made = objects.filter(({kind, data}) => kind === "Secret" && data.password !== undefined);
  expect(names.toSorted()).toEqual(made.map(({metadata}) => metadata.name).sort());
  for (const {data} of made) expect(data.password).toBe(Buffer.from("not-random").toString("base64"));
  for (const name of names) expect(passwordSecrets("fleet")).toContain(name);
});
