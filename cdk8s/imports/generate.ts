import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {parse} from "yaml";

/**
 * `make imports`: TypeScript interfaces of the upstream custom resources, one file a CRD under crds/upstream. cdk8s's own
 * importer writes enums and classes, which type stripping refuses, and ten times as much of it.
 */
const root = join(import.meta.dirname, "..", "..");

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  enum?: unknown[];
  "x-kubernetes-int-or-string"?: boolean;
}

/** The TypeScript source of one CustomResourceDefinition: its storage version's spec. */
function interfacesOf(crd: any, source: string): string {
  const {group, names, versions} = crd.spec;
  const version = versions.find(({storage}: {storage: boolean}) => storage);
  const bodies = new Map<string, string>();
  const taken = new Set<string>([names.kind]);

  /** Interfaces of one body share one name: pod templates alone repeat dozens of times. */
  function interfaceOf(schema: Schema, path: string[]): string {
    const lines = Object.entries(schema.properties!).map(([key, value]) => {
      const optional = schema.required?.includes(key) ? "" : "?";
      const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
      return `  ${name}${optional}: ${typeOf(value, [...path, key])};`;
    });
    const body = lines.join("\n");
    const known = bodies.get(body);
    if (known) return known;
    const name = freeName(path);
    bodies.set(body, name);
    return name;
  }

  function freeName(path: string[]): string {
    const words = path
      .map((word) => word.replace(/[^A-Za-z0-9]/g, ""))
      .map((word) => word[0]!.toUpperCase() + word.slice(1));
    for (let length = 1; ; length++) {
      const base = `${names.kind}${words.slice(-length).join("")}`;
      const name = length > words.length ? `${base}${taken.size}` : base;
      if (!taken.has(name)) {
        taken.add(name);
        return name;
      }
    }
  }

  function typeOf(schema: Schema, path: string[]): string {
    if (schema["x-kubernetes-int-or-string"]) return "number | string";
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    if (schema.type === "integer" || schema.type === "number") return "number";
    if (schema.type === "string" || schema.type === "boolean") return schema.type;
    if (schema.type === "array") {
      const item = schema.items ? typeOf(schema.items, path) : "unknown";
      return item.includes("|") ? `(${item})[]` : `${item}[]`;
    }
    if (schema.properties) return interfaceOf(schema, path);
    if (typeof schema.additionalProperties === "object")
      return `Record<string, ${typeOf(schema.additionalProperties, path)}>`;
    return "Record<string, unknown>";
  }

  const spec = typeOf(version.schema.openAPIV3Schema.properties.spec, ["spec"]);
  const declarations = [...bodies].map(([body, name]) => `export interface ${name} {\n${body}\n}\n`);
  return `// Generated from ${source} by "make imports"; do not edit.

export interface ${names.kind} {
  apiVersion: "${group}/${version.name}";
  kind: "${names.kind}";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: ${spec};
}

${declarations.join("\n")}`;
}

/** File name and source of every import. */
export function imports(): [file: string, source: string][] {
  const folder = join(root, "crds", "upstream");
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const crd = parse(readFileSync(join(folder, file), "utf8"));
      return [`${crd.spec.names.kind.toLowerCase()}.ts`, interfacesOf(crd, `crds/upstream/${basename(file)}`)];
    });
}

if (import.meta.main) for (const [file, source] of imports()) writeFileSync(join(import.meta.dirname, file), source);
