import {expect, test} from "vitest";
import {resolveSpec, specSchema} from "./pipeline.ts";

test("an empty spec is the Dev profile with every field filled in", () => {
  const spec = resolveSpec({});
  expect(spec).toMatchObject({profile: "Dev", state: "Running", deletionPolicy: "Retain", tls: false});
  expect(spec.kafka).toMatchObject({replicas: 1, storage: "5Gi", topic: {partitions: 6, retention: "7d"}});
  expect(spec.simulator.vehicles).toBe(4);
});

test("one nested field overrides the profile and leaves its neighbours", () => {
  const spec = resolveSpec({profile: "Production", kafka: {topic: {retention: "1d"}}});
  expect(spec.kafka.topic).toEqual({partitions: 24, retention: "1d"});
  expect(spec.kafka.replicas).toBe(3);
});

test("resolving one pipeline does not change the profile of the next", () => {
  resolveSpec({kafka: {topic: {partitions: 99}}});
  expect(resolveSpec({}).kafka.topic.partitions).toBe(6);
});

test.each(["Dev", "Small", "Production"] as const)("the %s profile passes its own schema", (profile) => {
  const {kafka, timescaledb, cassandra, simulator} = resolveSpec({profile});
  const strip = ({sizing: _, ...rest}: any) => rest;
  const spec = {profile, kafka: strip(kafka), timescaledb: strip(timescaledb), cassandra: strip(cassandra)};
  expect(specSchema.parse({...spec, simulator: strip(simulator)})).toMatchObject({profile});
});

test.each([["5G"], ["0Gi"], ["1.5Gi"], ["-1Gi"], ["Gi"]])("storage %s is refused", (storage) => {
  expect(specSchema.safeParse({kafka: {storage}}).success).toBe(false);
});
