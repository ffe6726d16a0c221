import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parse, parseAllDocuments} from "yaml";
import {telemetryPipeline} from "../../api/crd.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {goProgram} from "../../cluster/go.ts";
import {run} from "../../cluster/shell.ts";
import {statusOf} from "../../operator/reconcile/status.ts";
import type {KubeObject} from "../../operator/runtime/types.ts";

const examples = join(import.meta.dirname, "..", "..", "examples");
const text = (name: string) => readFileSync(join(examples, "gitops", name), "utf8");
const health = parse(text("argocd-health.yaml")).data["resource.customizations.health.telemetry.dev_TelemetryPipeline"];

const pipeline = (phase: string, message: string, generations = [3, 3]) => ({
  metadata: {name: "fleet", generation: generations[0]},
  status: {
    phase,
    observedGeneration: generations[1],
    conditions: [
      {type: "Valid", status: "True", message: "not this one"},
      {type: "Ready", status: phase === "Running" ? "True" : "False", message},
    ],
  },
});

/** A paused pipeline with a component that is not ready, as the operator reports it. */
function paused(): KubeObject {
  const {apiVersion, kind} = telemetryPipeline;
  const object = {apiVersion, kind, metadata: {name: "fleet", namespace: "n", generation: 3}, spec: {paused: true}};
  const state = {ready: false, reason: "NotReady", message: "0 of 1 brokers are ready"};
  const components = [{name: "kafka", version: undefined, state}];
  const spec = resolveSpec(object.spec);
  return {
    ...object,
    status: statusOf(
      object,
      spec,
      {components, freshness: [], fillers: [], vehicles: 4, conditions: []},
      "2026-01-01T00:00:00Z",
    ),
  };
}

const deleted = ({metadata, status}: ReturnType<typeof pipeline>) => ({
  metadata: {...metadata, deletionTimestamp: "2026-01-01T00:00:00Z"},
  status,
});

test("Argo CD's health of a pipeline follows its status, run by Argo CD's own Lua", async () => {
  const cases: [object, string, string][] = [
    [{metadata: {generation: 1}}, "Progressing", "the operator has not seen the newest spec yet"],
    [pipeline("Running", "old", [4, 3]), "Progressing", "the operator has not seen the newest spec yet"],
    [pipeline("Running", "rows arrive in every store"), "Healthy", "rows arrive in every store"],
    [pipeline("Deploying", "kafka: waits"), "Progressing", "kafka: waits"],
    [pipeline("Degraded", "cassandra: away"), "Degraded", "cassandra: away"],
    [pipeline("Invalid", "spec.kafka.storage: …"), "Degraded", "spec.kafka.storage: …"],
    [pipeline("Stopped", "spec.state is Stopped"), "Suspended", "spec.state is Stopped"],
    [paused(), "Suspended", "spec.paused is true"],
    [deleted(pipeline("Running", "rows", [4, 3])), "Progressing", "the operator has not seen the deletion yet"],
    [deleted(pipeline("Deleting", "waiting for topics", [4, 3])), "Progressing", "waiting for topics"],
  ];
  const input = JSON.stringify({script: health, objects: cases.map(([object]) => object)});
  const go = await goProgram();
  const out = await run(go, ["run", "."], {
    cwd: join(import.meta.dirname, "lua"),
    env: {...process.env, CGO_ENABLED: "0"},
    input,
  });
  const answers = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toEqual(cases.map(([, status, message]) => ({status, message})));
}, 300_000);

test("Argo CD's objects carry only fields that its definition knows, and name paths that exist", () => {
  const [operator, fleet] = parseAllDocuments(text("argocd-application.yaml")).map((document) => document.toJS());
  const [set] = parseAllDocuments(text("argocd-applicationset.yaml")).map((document) => document.toJS());
  for (const {spec} of [operator, fleet, {spec: set.spec.template.spec}]) {
    expect(Object.keys(spec).sort()).toEqual(["destination", "project", "source", "syncPolicy"]);
    expect(spec.syncPolicy.syncOptions).toContain("ServerSideApply=true");
    expect(spec.syncPolicy.retry).toMatchObject({limit: -1, refresh: true});
  }
  expect(readdirSync(join(examples, "..", operator.spec.source.path))).toContain("Chart.yaml");
  expect(readdirSync(join(examples, "..", fleet.spec.source.path))).toContain(fleet.spec.source.directory.include);
});

test("Flux too tries without an end", () => {
  const objects = parseAllDocuments(text("flux.yaml")).map((document) => document.toJS());
  const {install, upgrade} = objects.find(({kind}) => kind === "HelmRelease").spec;
  for (const {strategy} of [install, upgrade]) expect(strategy.name).toBe("RetryOnFailure");
  expect(objects.find(({kind}) => kind === "Kustomization").spec.retryInterval).toBe("1m");
});

test("the last pipeline that leaves Git is pruned, the operator's objects are not all at once", () => {
  const [operator, fleet] = parseAllDocuments(text("argocd-application.yaml")).map((document) => document.toJS());
  const [set] = parseAllDocuments(text("argocd-applicationset.yaml")).map((document) => document.toJS());
  expect(fleet.spec.syncPolicy.automated.allowEmpty).toBe(true);
  expect(set.spec.template.spec.syncPolicy.automated.allowEmpty).toBe(true);
  expect(operator.spec.syncPolicy.automated).not.toHaveProperty("allowEmpty");
});
