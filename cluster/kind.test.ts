import {expect, test} from "vitest";
import {kindSteps} from "./kind.ts";

const steps = kindSteps((image) => `/context/${image.dir}`);
const commands = steps.map(({argv}) => argv.join(" "));

test("the images that no upstream operator brings are built by docker and loaded into kind", () => {
  const built = commands
    .filter((command) => command.startsWith("docker build"))
    .map((command) => command.split("/").at(-1));
  expect(built).toEqual(["operator", "workloads", "timescaledb"]);
  expect(commands.filter((command) => command.startsWith("kind load"))).toHaveLength(3);
});

test("upstream operators are there, at pinned versions, before the pipeline", () => {
  const at = (pattern: RegExp) => commands.findIndex((command) => pattern.test(command));
  const order = [
    /^kind create/,
    /strimzi-kafka-operator .*--version 1\.2\.0/,
    /cert-manager .*--version/,
    /k8ssandra-operator .*--version/,
    /crds\/telemetry/,
    /minimal\.yaml/,
    / wait /,
  ].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBe(0);
});
