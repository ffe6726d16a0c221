import {createRequire} from "node:module";
import protobuf from "protobufjs";

/** Files that registries have by themselves, so that no schema refers to them. */
const COMMON: Record<string, string> = {
  "google/type/latlng.proto":
    'syntax = "proto3"; package google.type; message LatLng { double latitude = 1; double longitude = 2; }',
  // What it adds to schemas are options, of no meaning for values.
  "confluent/meta.proto": 'syntax = "proto3"; package confluent;',
  "confluent/type/decimal.proto":
    'syntax = "proto3"; package confluent.type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
};

const PARSE = {keepCase: true};
const load = createRequire(import.meta.url);

/** A message of a schema by its place: the number of each message on the way to it. */
type Find = (indexes: number[]) => protobuf.Type;

/**
 * Parses a file with those that it imports. Only the parser and the types of protobufjs are used: its decoders would be code that it makes of
 * the schema's text.
 *
 * @param imports text of each imported file, by the path of its import
 * @throws Error why it is no schema
 */
export function typesOf(text: string, imports: Map<string, string>): Find {
  const root = new protobuf.Root();
  const seen = new Set<string>();
  add(text);
  root.resolveAll();
  // By itself, as its package may be that of another file.
  const file = protobuf.parse(text, new protobuf.Root(), PARSE);
  const top = file.package ? file.root.lookup(file.package) : file.root;

  return (indexes) => {
    let at: protobuf.NamespaceBase | undefined = (top as protobuf.Namespace | null) ?? undefined;
    for (const index of indexes) at = messagesIn(at)[index];
    if (!(at instanceof protobuf.Type)) throw new Error(`has no message ${indexes.join(".")}`);
    return root.lookupType(at.fullName);
  };

  function add(source: string): void {
    const {imports: paths = [], weakImports = []} = protobuf.parse(source, root, PARSE);
    for (const path of [...paths, ...weakImports]) {
      if (seen.has(path)) continue;
      seen.add(path);
      const known = wellKnown(path);
      if (known) root.addJSON(known);
      else {
        const found = imports.get(path) ?? COMMON[path];
        if (found === undefined) throw new Error(`imports ${path}, which it does not refer to`);
        add(found);
      }
    }
  }
}

const messagesIn = (space: protobuf.NamespaceBase | undefined) =>
  (space?.nestedArray ?? []).filter((one) => one instanceof protobuf.Type);

const FURTHER = /^google\/protobuf\/(descriptor|api|type|source_context)\.proto$/;

function wellKnown(path: string): Record<string, protobuf.AnyNestedObject> | undefined {
  const file: protobuf.INamespace | null = FURTHER.test(path)
    ? load(`protobufjs/${path.replace(/proto$/, "json")}`)
    : protobuf.common.get(path);
  return file?.nested;
}
