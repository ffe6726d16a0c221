import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse, parseAllDocuments} from "yaml";
import {binDir} from "../../cluster/binary.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {chart, helmFor} from "../helm.ts";
import {instance, kubeconfig} from "./cluster.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** What Argo CD and Flux would be told, against their real definitions; and what they would see of a steady pipeline. */
const examples = join(import.meta.dirname, "../../examples/gitops");
const definitions = join(import.meta.dirname, "gitops-crds");
const system = "telemetry-system";
const argo = ["--server-side", "--field-manager=argocd-controller"];
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  const files = readdirSync(definitions).filter((file) => file.endsWith(".yaml"));
  await h.applyCrds(files.map((file) => parse(readFileSync(join(definitions, file), "utf8"))));
  await h.applyUpstreamCrds();
  const token = await h.operatorToken();
  stopFakes = startFakes(h.admin);
  operator = await h.startOperator({token});
  for (const name of ["argocd", "flux-system", "gitops"]) await h.namespace(name);
}, 600_000);
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

const documents = (file: string): any[] =>
  parseAllDocuments(readFileSync(join(examples, file), "utf8")).map((document) => document.toJS());

const taken = (objects: object[]) =>
  kubectl(
    instance,
    ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"],
    objects.map((object) => JSON.stringify(object)).join("\n---\n"),
  );

test.each(["argocd-application.yaml", "flux.yaml"])(
  "%s is taken by the real definitions, unknown fields refused",
  async (file) => {
    const objects = documents(file);
    expect((await taken(objects)).trim().split("\n")).toHaveLength(objects.length);
  },
);

test("what the ApplicationSet makes for a folder is an Application", async () => {
  const [set] = documents("argocd-applicationset.yaml");
  const text = JSON.stringify(set.spec.template)
    .replaceAll("{{.path.basename}}", "north")
    .replaceAll("{{.path.path}}", "fleets/north");
  expect(text).not.toContain("{{");
  const {apiVersion, metadata} = set;
  const {metadata: made, ...rest} = JSON.parse(text);
  const application = {apiVersion, kind: "Application", metadata: {...made, namespace: metadata.namespace}, ...rest};
  expect(await taken([application])).toMatch(/application\.argoproj\.io\/fleet-north/);
});

test("Argo CD syncs the operator before the pipelines", () => {
  const wave = ({metadata}: any) => Number(metadata.annotations["argocd.argoproj.io/sync-wave"]);
  const [first, second] = documents("argocd-application.yaml");
  expect(first.spec.source.path).toBe("charts/telemetry-operator");
  expect(wave(first)).toBeLessThan(wave(second));
});

/** As Argo CD and Flux compare: a dry-run apply of the source against what is live. Empty output, or it throws with the difference. */
const difference = (namespace: string, text: string) => {
  const args = ["--kubeconfig", kubeconfig, "diff", "-n", namespace, ...argo, "-f", "-"];
  return run(join(binDir(), "kubectl"), args, {input: text});
};

/** Kubernetes may write a status between the two looks that one difference takes. */
const untilNoDifference = (namespace: string, text: string) =>
  waitFor("no difference", 240_000, async () => {
    const lines = await difference(namespace, text);
    if (lines !== "") throw new Error(lines);
    return true;
  });

test.each(["minimal", "small"])("a steady pipeline of %s.yaml is what Git holds", async (example) => {
  const namespace = `gitops-${example}`;
  await h.namespace(namespace);
  const text = readFileSync(join(examples, "..", `${example}.yaml`), "utf8");
  await kubectl(instance, ["apply", "-n", namespace, ...argo, "-f", "-"], text);
  await h.untilReady(namespace);
  await untilNoDifference(namespace, text);
});

test("the installed operator is what the chart renders", async () => {
  const text = await helmFor(kubeconfig)("template", "telemetry", chart, "-n", system, "--skip-tests");
  await kubectl(instance, ["apply", "--force-conflicts", ...argo, "-f", "-"], text);
  await untilNoDifference(system, text);
  await kubectl(instance, ["delete", "deployment", "-n", system, "telemetry-operator"]);
});

test("what the operator makes is owned by the pipeline, or kept for its data, and Argo CD does not claim it", async () => {
  const metadata = {
    name: "fleet",
    namespace: "gitops",
    labels: {"app.kubernetes.io/instance": "fleet"},
    annotations: {"argocd.argoproj.io/tracking-id": "fleet:telemetry.dev/TelemetryPipeline:gitops/fleet"},
  };
  const pipeline = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata, spec: {}};
  await kubectl(instance, ["apply", ...argo, "-f", "-"], JSON.stringify(pipeline));
  await h.untilReady("gitops");
  const objects = [...(await h.objectsIn("gitops")).values()]
    .map(({kind, metadata}) => ({...metadata, name: `${kind}/${metadata.name}`}))
    .filter(({labels}) => labels?.["telemetry.dev/pipeline"] === "fleet")
    // The Secrets of Kafka's users are Strimzi's, which hands our labels on.
    .filter(({ownerReferences}) => ownerReferences?.[0]?.kind !== "KafkaUser");
  expect(objects.length).toBeGreaterThan(10);
  for (const {name, labels, annotations, ownerReferences} of objects) {
    expect(labels, name).not.toHaveProperty(["app.kubernetes.io/instance"]);
    expect(annotations ?? {}, name).not.toHaveProperty(["argocd.argoproj.io/tracking-id"]);
    const kept = labels?.["telemetry.dev/retained"] === "true" || name === "ConfigMap/fleet-teardown";
    if (!kept) expect(ownerReferences?.[0]?.kind, name).toBe("TelemetryPipeline");
  }
});
