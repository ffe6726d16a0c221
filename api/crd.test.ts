import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {parse} from "yaml";
import {crd} from "./crd.ts";

const version = crd().spec.versions[0]!;
const schema: any = version.schema.openAPIV3Schema;

test("crds/ holds what the schema generates (else: make manifests)", () => {
  const file = new URL("../crds/telemetrypipelines.telemetry.dev.yaml", import.meta.url);
  expect(parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(crd())));
});

test("every spec field tells users what it does", () => {
  const missing: string[] = [];
  const walk = (node: any, path: string) => {
    if (!node.description) missing.push(path);
    for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, `${path}.${key}`);
  };
  walk(schema.properties.spec, "spec");
  expect(missing.filter((path) => !path.endsWith(".replicas"))).toEqual([]);
});

test("an empty spec is valid: no field is required", () => {
  expect(schema.properties.spec.required ?? []).toEqual([]);
});
