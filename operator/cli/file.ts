import {readFileSync} from "node:fs";
import {parse} from "yaml";
import {crd, NAME_RULE, telemetryPipeline} from "../../api/crd.ts";
import {specSchema} from "../../api/pipeline.ts";
import type {KubeObject} from "../runtime/types.ts";

/**
 * Reads one TelemetryPipeline from a YAML or JSON file, or from stdin for "-".
 *
 * @throws Error naming the file, the field and what is expected
 */
export function readPipeline(file: string, namespace: string): KubeObject {
  const title = file === "-" ? "stdin" : file;
  const object = read(file, title);
  const {apiVersion, kind} = telemetryPipeline;
  if (object?.kind !== kind || object.apiVersion !== apiVersion) {
    const found = object?.kind ? `${object.apiVersion} ${object.kind}` : "no object of Kubernetes";
    throw new Error(`${title} holds ${found}, not ${apiVersion} ${kind}`);
  }
  if (!object.metadata?.name) throw new Error(`${title}: metadata.name is missing`);
  if (!NAME_RULE.pattern.test(object.metadata.name)) throw new Error(`${title}: ${NAME_RULE.message}`);
  const spec = object.spec ?? {};
  const unknown = unknownField(crd().spec.versions[0]!.schema.openAPIV3Schema.properties.spec, spec, "spec");
  if (unknown) throw new Error(`${title}: ${unknown} is no field of a TelemetryPipeline`);
  const parsed = specSchema.safeParse(spec);
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0]!;
    throw new Error(`${title}: ${["spec", ...path].join(".")}: ${message}`);
  }
  return {...object, metadata: {namespace, ...object.metadata}, spec};
}

function read(file: string, title: string): any {
  try {
    return parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch (error) {
    throw new Error(`${title} cannot be read: ${(error as Error).message}`);
  }
}

/** Path of the first field that the schema does not know. */
function unknownField(schema: any, value: unknown, path: string): string | undefined {
  if (typeof value !== "object" || value === null || !schema.properties) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const known = schema.properties[key];
    const found = known ? unknownField(known, below, `${path}.${key}`) : `${path}.${key}`;
    if (found) return found;
  }
  return undefined;
}
