import {readFileSync} from "node:fs";
import {parseAllDocuments} from "yaml";
import {crd, NAME_RULE, telemetryPipeline} from "../../api/crd.ts";
import {specSchema} from "../../api/pipeline.ts";
import type {KubeObject} from "../runtime/types.ts";

/**
 * Reads the TelemetryPipelines of YAML or JSON files, "-" for stdin. Other kinds beside them, such as a Secret, are named on stderr and
 * left out.
 *
 * @throws Error naming the file, the field and what is expected
 */
export const readPipelines = (files: string[], namespace: string): KubeObject[] =>
  files.flatMap((file) => {
    const title = file === "-" ? "stdin" : file;
    const objects = documentsIn(file, title);
    const pipelines = objects.filter(isPipeline);
    const others = objects.filter((object) => !isPipeline(object)).map(titleOf);
    const {apiVersion, kind} = telemetryPipeline;
    if (pipelines.length === 0) {
      const found = others.length > 0 ? `: it holds ${others.join(", ")}` : "";
      throw new Error(`${title} holds no ${kind} of ${apiVersion}${found}`);
    }
    if (others.length > 0) console.error(`${title}: ${others.join(", ")} ignored`);
    return pipelines.map((object) => checked(object, title, namespace));
  });

/** The file of a command that takes it by `-f` and, as it was before, as its argument. */
export function filesOf(command: string, argument: string | undefined, filenames: string[]): string[] {
  const files = [...(argument === undefined ? [] : [argument]), ...filenames];
  if (files.length === 0) throw new Error(`${command} needs a file: -f FILE, or -f - for stdin`);
  return files;
}

const isPipeline = ({apiVersion, kind}: any): boolean =>
  kind === telemetryPipeline.kind && apiVersion === telemetryPipeline.apiVersion;

const titleOf = ({apiVersion, kind}: any): string => (kind ? `${apiVersion} ${kind}` : "a document without a kind");

function documentsIn(file: string, title: string): any[] {
  let documents: unknown[];
  try {
    documents = parseAllDocuments(readFileSync(file === "-" ? 0 : file, "utf8")).map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJSON();
    });
  } catch (error) {
    throw new Error(`${title} cannot be read: ${(error as Error).message}`);
  }
  return documents
    .flatMap((document: any) => (document?.kind === "List" ? (document.items ?? []) : [document]))
    .filter((object) => object !== null)
    .map((object) => (typeof object === "object" ? object : {}));
}

function checked(object: any, title: string, namespace: string): KubeObject {
  if (!object.metadata?.name) throw new Error(`${title}: metadata.name is missing`);
  const {name} = object.metadata;
  if (!NAME_RULE.pattern.test(name)) throw new Error(`${title}: ${NAME_RULE.message}`);
  const spec = object.spec ?? {};
  const unknown = unknownField(crd().spec.versions[0]!.schema.openAPIV3Schema.properties.spec, spec, "spec");
  if (unknown) throw new Error(`${title}: TelemetryPipeline ${name} has an unknown field ${unknown}`);
  const parsed = specSchema.safeParse(spec);
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0]!;
    throw new Error(`${title}: ${["spec", ...path].join(".")}: ${message}`);
  }
  return {...object, metadata: {namespace, ...object.metadata}, spec};
}

/** Path of the first field that the schema does not have. */
function unknownField(schema: any, value: unknown, path: string): string | undefined {
  if (typeof value !== "object" || value === null || !schema.properties) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const property = schema.properties[key];
    const found = property ? unknownField(property, below, `${path}.${key}`) : `${path}.${key}`;
    if (found) return found;
  }
  return undefined;
}
