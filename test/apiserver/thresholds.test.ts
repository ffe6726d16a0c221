import {beforeAll, expect, test} from "vitest";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {defined, refusalBy} from "./definition.ts";

/** Thresholds of the spec's fields, as the API server takes them. */
let client: KubeClient;
beforeAll(async () => {
  client = await defined();
});
const refusal = (spec: object) => refusalBy(client, spec);

test.each<[string, object, RegExp]>([
  [
    "a threshold of a field that there is not",
    {observability: {alerting: {thresholds: {fields: [{name: "fuel", min: 10}]}}}},
    /thresholds\.fields has a name that is no number among spec\.event\.fields: add that field there with type double, float, int or bigint/,
  ],
  [
    "a threshold of a text",
    {
      event: {fields: [{name: "driver", type: "string"}]},
      observability: {alerting: {thresholds: {fields: [{name: "driver", min: 10}]}}},
    },
    /thresholds\.fields has a name that is no number among spec\.event\.fields/,
  ],
  [
    "a threshold of a field that every value is beyond",
    {
      event: {fields: [{name: "fuel", type: "int"}]},
      observability: {alerting: {thresholds: {fields: [{name: "fuel", min: 10, max: 5}]}}},
    },
    /thresholds\.fields\[0\].*min must be less than max/,
  ],
])("%s is refused with the field's name", async (_, spec, message) => {
  expect(await refusal(spec)).toMatch(message);
});

test("200 fields with thresholds of 32 are accepted", async () => {
  const fields = Array.from({length: 200}, (_, at) => ({
    name: `field_${at}`.padEnd(48, "x"),
    type: "double",
    unit: "m",
  }));
  const thresholds = {fields: fields.slice(-32).map(({name}) => ({name, min: 0, max: 1}))};
  expect(await refusal({event: {fields}, observability: {alerting: {thresholds}}})).toBe("accepted");
});
