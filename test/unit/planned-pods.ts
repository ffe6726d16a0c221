import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parseAllDocuments} from "yaml";
import {resolveSpec} from "../../api/pipeline.ts";
import {type BuildContext, defaultImages} from "../../cdk8s/context.ts";
import {type PlannedComponent, plan} from "../../operator/reconcile/plan.ts";

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

/** The specs of the examples, and of what no example has. */
export const specs: [string, object][] = [
  ...examples,
  ["Flink with its checkpoints in a bucket", {flink: {enabled: true, s3: bucket}}],
  ["Flink with a user's SQL", {flink: {enabled: true, sql: {configMap: "more"}}}],
];

/** The plan of a spec, with what an installation of one's own may say. */
export const planned = (spec: object, images: Partial<BuildContext["images"]> = {}): PlannedComponent[] =>
  plan({
    name: "fleet",
    namespace: "default",
    spec: resolveSpec(spec),
    images: {...defaultImages, ...images},
    passwords: {},
    facts: {flink: {userSql: "INSERT INTO a SELECT * FROM b"}},
  });

/** Every pod template below an object that names an image of its own, in resources of upstream operators too. */
export const podsIn = (node: any, path: string): [string, any][] =>
  typeof node !== "object" || node === null
    ? []
    : [
        ...(isPod(node.spec) ? [[path, node] as [string, any]] : []),
        ...Object.entries(node).flatMap(([key, value]) => podsIn(value, `${path}.${key}`)),
      ];

const isPod = (spec: any): boolean =>
  Array.isArray(spec?.containers) && (spec.volumes || spec.containers.some(({image}: any) => image));
