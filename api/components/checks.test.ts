import {expect, test} from "vitest";
import {resolveSpec} from "../pipeline.ts";
import {checksData} from "./checks.ts";

const none = {timescaledb: {enabled: false}, cassandra: {enabled: false}};

test.each([
  ["by default", {}, false],
  ["with Airflow", {workflows: {enabled: true}}, true],
  ["with Airflow, switched off", {workflows: {enabled: true}, checks: {enabled: false}}, false],
  ["without Airflow, switched on", {checks: {enabled: true}}, true],
  ["without a store", {...none, checks: {enabled: true}}, false],
])("whether the data is checked: %s", (_, spec, expected) => {
  expect(checksData(resolveSpec(spec))).toBe(expected);
});
