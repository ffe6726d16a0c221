import {expect, test} from "vitest";
import {type PipelineSpec, resolveSpec} from "../../api/pipeline.ts";
import {ingester} from "./ingester.ts";
import {kafka} from "./kafka.ts";

const check = (spec: PipelineSpec) => () => {
  kafka.validate!([], resolveSpec({...spec, kafka: {replicas: 0, ...spec.kafka}} as PipelineSpec));
  ingester("timescaledb").validate!([], resolveSpec(spec));
};

test.each<[string, PipelineSpec, RegExp]>([
  [
    "a zone that there is not",
    {event: {mapping: {time: {zone: "Europe/Berlinn"}}}},
    /^spec\.event\.mapping\.time\.zone: Europe\/Berlinn: there is no zone of this name: write one of the IANA database/,
  ],
  [
    "a pattern that is none",
    {kafka: {topic: {pattern: "fleet-(.*"}}},
    /^spec\.kafka\.topic\.pattern: fleet-\(\.\* is no regular expression/,
  ],
  [
    "more ingesters than all topics have partitions",
    {kafka: {topic: {partitions: 2, further: ["a"]}}, ingester: {timescaledb: {replicas: 5}}},
    /^spec\.ingester\.timescaledb\.replicas: 5 is more than spec\.kafka\.topic\.partitions/,
  ],
])("%s is refused by the field's name", (_, spec, message) => {
  expect(check(spec)).toThrow(message);
});

test("further topics have partitions for more ingesters, and those of a pattern for any number", () => {
  const ingesters = {timescaledb: {replicas: 4}};
  expect(check({kafka: {topic: {partitions: 2, further: ["a"]}}, ingester: ingesters})).not.toThrow();
  expect(check({kafka: {topic: {partitions: 2, pattern: "a"}}, ingester: ingesters})).not.toThrow();
});
