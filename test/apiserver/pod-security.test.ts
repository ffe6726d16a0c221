import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {securityBy} from "../../cluster/operators/strimzi.ts";
import {installation} from "../../operator/install.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {admin} from "./harness.ts";

/** A namespace that enforces the restricted Pod Security standard takes every pod that is made of our manifests. */
const NAMESPACE = "restricted";
const examples = join(import.meta.dirname, "../../examples");

beforeAll(async () => {
  const labels = {"pod-security.kubernetes.io/enforce": "restricted"};
  const namespace = {apiVersion: "v1", kind: "Namespace", metadata: {name: NAMESPACE, labels}};
  await admin.apply(builtin.namespace, namespace, {fieldManager: "test"});
});
afterAll(() => admin.delete(builtin.namespace, {name: NAMESPACE}));

/** What the pods of an object are made by, whatever its kind; the claims of a StatefulSet are volumes of them. */
function podsOf({spec}: KubeObject): any[] {
  const flink = [spec?.jobManager?.podTemplate, spec?.taskManager?.podTemplate];
  const templates = [spec?.jobTemplate?.spec.template, spec?.template, ...flink];
  const claims = (spec?.volumeClaimTemplates ?? []).map(({metadata}: any) => ({name: metadata.name, emptyDir: {}}));
  return templates.flatMap((template) =>
    template?.spec?.containers ? [{...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims]}] : [],
  );
}

/** What the API server says to a pod; "" if it would take it. Quotas, volumes and accounts are looked at later, or are not there. */
async function refusal(spec: any): Promise<string> {
  const containers = spec.containers.map((container: object) => ({image: "set-by-upstream", ...container}));
  const {serviceAccountName: _, ...rest} = spec;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {name: "pod", namespace: NAMESPACE},
    spec: {...rest, containers},
  };
  try {
    await admin.apply(builtin.pod, pod, {fieldManager: "test", dryRun: true});
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

async function refused(objects: KubeObject[]): Promise<{pods: number; refused: string[]}> {
  const pods = objects.flatMap((object) =>
    podsOf(object).map((spec) => ({name: `${object.kind} ${object.metadata.name}`, spec})),
  );
  const answers = await Promise.all(pods.map(async ({name, spec}) => [name, await refusal(spec)]));
  const no = answers.filter(([, answer]) => answer);
  return {pods: pods.length, refused: no.map(([name, answer]) => `${name}: ${answer}`)};
}

test.each(readdirSync(examples).filter((name) => name.endsWith(".yaml")))("every pod of %s is taken", async (name) => {
  const {spec} = parse(readFileSync(join(examples, name), "utf8"));
  const passwords = Object.fromEntries(passwordSecrets("fleet").map((secret) => [secret, "not-random"]));
  const context = {
    name: "fleet",
    namespace: NAMESPACE,
    spec: resolveSpec(spec ?? {}),
    images: defaultImages,
    passwords,
  };
  const found = await refused(plan(context).flatMap(({objects}) => objects));
  expect(found.refused).toEqual([]);
  expect(found.pods).toBeGreaterThan(3);
});

test("the operator's own pod is taken", async () => {
  expect(await refused(installation() as KubeObject[])).toEqual({pods: 1, refused: []});
});

test("Strimzi's pods are refused by default, and taken with the provider that the stack names", async () => {
  const answer = (provider?: string) => {
    const {pod, container} = securityBy(provider);
    return refusal({securityContext: pod, containers: [{name: "kafka", image: "kafka", securityContext: container}]});
  };
  expect(await answer()).toMatch(/violates PodSecurity .*seccompProfile/);
  expect(await answer("restricted")).toBe("");
});
