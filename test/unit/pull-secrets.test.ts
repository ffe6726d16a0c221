import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {plan} from "../../operator/reconcile/plan.ts";

const folder = join(import.meta.dirname, "../../examples");
const examples = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8"))
      .map((document) => document.toJSON())
      .filter((object) => object?.kind === "TelemetryPipeline")
      .map(({spec}): [string, object] => [file, spec ?? {}]),
  );
const bucket = {endpoint: "http://objects:8333", bucket: "checkpoints", secret: "bucket"};
const more: [string, object][] = [
  ["Flink with its checkpoints in a bucket", {flink: {enabled: true, s3: bucket}}],
  ["Flink with a user's SQL", {flink: {enabled: true, sql: {configMap: "more"}}}],
];

/** Every pod in a plan that names an image of its own, in resources of upstream operators too. */
const podsIn = (node: any, path: string): [string, any][] =>
  typeof node !== "object" || node === null
    ? []
    : [
        ...(Array.isArray(node.containers) && (node.volumes || node.containers.some(({image}: any) => image))
          ? [[path, node] as [string, any]]
          : []),
        ...Object.entries(node).flatMap(([key, value]) => podsIn(value, `${path}.${key}`)),
      ];

test.each([...examples, ...more])("the Secrets of a private registry are in every pod of %s", (_, spec) => {
  const images = {...defaultImages, pullSecrets: ["registry"]};
  const facts = {flink: {userSql: "INSERT INTO a SELECT * FROM b"}};
  const context = {name: "fleet", namespace: "default", spec: resolveSpec(spec), images, passwords: {}, facts};
  const objects = plan(context).flatMap((component) => component.objects);
  const pods = objects.flatMap((object) => podsIn(object, `${object.kind} ${object.metadata.name}`));
  const without = pods.filter(([, pod]) => pod.imagePullSecrets?.[0]?.name !== "registry").map(([path]) => path);
  expect(pods).not.toEqual([]);
  expect(without).toEqual([]);
});
