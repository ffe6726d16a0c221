import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parse} from "yaml";
import {resolveSpec} from "../api/pipeline.ts";
import {kindSteps, obstacle} from "./kind.ts";

const steps = kindSteps(({dir}) => `/context/${dir}`, "abc");
const commands = steps.map(({argv}) => argv.join(" "));
const stack = parse(readFileSync(join(import.meta.dirname, "../charts/telemetry-stack/Chart.yaml"), "utf8"));

test("the images that no upstream operator brings are built by docker after what they are built on, and loaded into kind", () => {
  const built = commands
    .filter((command) => command.startsWith("docker build"))
    .map((command) => command.split("/").at(-1));
  expect(built).toEqual([
    "node",
    "java",
    "operator",
    "workloads",
    "timescaledb",
    "flink",
    "lake",
    "seaweedfs",
    "airflow",
    "superset",
    "predictions",
    "training",
  ]);
  expect(commands.filter((command) => command.startsWith("kind load"))).toHaveLength(10);
});

test("upstream operators are there, at the versions of the stack's chart, before ours and the pipeline", () => {
  const at = (pattern: RegExp) => commands.findIndex((command) => pattern.test(command));
  const order = [
    /^kind create/,
    new RegExp(`cert-manager .*--version ${stack.annotations["telemetry.dev/cert-manager"]}`),
    /^helm dependency update .*telemetry-stack/,
    /^helm upgrade --install telemetry-stack .*--wait/,
    /^helm upgrade --install telemetry .*charts\/telemetry-operator .*images=abc/,
    /minimal\.yaml/,
    / wait /,
  ].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBe(0);
});

test("every command names the cluster that it means", () => {
  for (const {argv} of steps.filter(({argv: [program]}) => program === "kubectl" || program === "helm")) {
    if (argv[1] === "dependency") continue;
    expect(argv.join(" ")).toMatch(/--(kube-)?context kind-telemetry /);
  }
});

test("the console finds Alertmanager where the stack is installed", () => {
  const {argv} = steps.find(({title}) => title === "upstream operators")!;
  const namespace = argv[argv.indexOf("--namespace") + 1];
  const {alertmanager} = resolveSpec({}).observability.console;
  expect(new URL(alertmanager).hostname).toBe(`alertmanager-operated.${namespace}.svc`);
});

test("a machine that cannot run it is told why", () => {
  const all = () => true;
  expect(obstacle("linux", "x64", all)).toBeUndefined();
  expect(obstacle("linux", "x64", (program) => !["mvn", "unzip"].includes(program))).toMatch(/needs mvn, unzip:/);
  expect(obstacle("darwin", "arm64", all)).toMatch(/Linux x86-64, not darwin arm64/);
});
