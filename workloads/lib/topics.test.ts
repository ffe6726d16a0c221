import type {Admin} from "kafkajs";
import {expect, test} from "vitest";
import {topicsOf} from "./topics.ts";

const NAMES = ["fleet.1", "fleet.2", "fleet.dlq", "telemetry", "telemetry.dlq", "__consumer_offsets", "my.fleet.1"];
const admin = {listTopics: async () => NAMES} as unknown as Admin;

test("one topic is read without looking for it, and its partitions are known by their numbers", async () => {
  const topics = topicsOf("telemetry", {});
  expect(await topics.existing({} as Admin)).toEqual(["telemetry"]);
  expect([topics.isMany, topics.nameOf("telemetry", 3)]).toEqual([false, "3"]);
});

test("topics by name are read as soon as they are there", async () => {
  const topics = topicsOf("telemetry", {names: ["fleet.1", "fleet.9"]});
  expect(await topics.existing(admin)).toEqual(["fleet.1", "telemetry"]);
  expect(topics.missing(await topics.existing(admin))).toMatch(
    /^unreadable: topic fleet\.9 does not exist, or the user/,
  );
  expect(topics.missing(["fleet.1", "fleet.9", "telemetry"])).toBeUndefined();
  expect([topics.has("fleet.9"), topics.has("fleet.2"), topics.nameOf("fleet.1", 3)]).toEqual([
    true,
    false,
    "fleet.1-3",
  ]);
});

test("a pattern is of the whole name, and never means dead letters, alerts or Kafka's own topics", async () => {
  const except = ["fleet.dlq", "telemetry.dlq"];
  expect(await topicsOf("telemetry", {pattern: "fleet\\..*", except}).existing(admin)).toEqual([
    "fleet.1",
    "fleet.2",
    "telemetry",
  ]);
  expect(await topicsOf("telemetry", {pattern: "a|.*", except}).existing(admin)).toEqual([
    "fleet.1",
    "fleet.2",
    "my.fleet.1",
    "telemetry",
  ]);
});
