import protobuf from "protobufjs";

/** A tree: its leaves are log-odds; `low` is for a feature that is no greater than the value. */
type Tree = number | {feature: number; value: number; low: Tree; high: Tree};

/** The part of ONNX's own definition that it takes to write a model of trees. */
const {root} = protobuf.parse(
  `syntax = "proto2";
message Attribute { optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; repeated float floats = 7;
  repeated int64 ints = 8; repeated bytes strings = 9; optional int32 type = 20; }
message Node { repeated string input = 1; repeated string output = 2; optional string op_type = 4; repeated Attribute attribute = 5;
  optional string domain = 7; }
message Dim { optional int64 dim_value = 1; optional string dim_param = 2; }
message Shape { repeated Dim dim = 1; }
message Tensor { optional int32 elem_type = 1; optional Shape shape = 2; }
message Type { optional Tensor tensor_type = 1; }
message Value { optional string name = 1; optional Type type = 2; }
message Graph { repeated Node node = 1; optional string name = 2; repeated Value input = 11; repeated Value output = 12; }
message Opset { optional string domain = 1; optional int64 version = 2; }
message Model { optional int64 ir_version = 1; optional Graph graph = 7; repeated Opset opset_import = 8; }`,
  {keepCase: true},
);
const FLOAT = 1;
const INT64 = 7;

/** A classifier as the training exports it: rows of `width` figures in, `label` and `probabilities` out. */
export function onnxOf(trees: Tree[], width: number): Buffer {
  const nodes: Record<"tree" | "id" | "feature" | "value" | "low" | "high" | "leaf", number>[] = [];
  const leaves: {tree: number; id: number; weight: number}[] = [];
  for (const [tree, top] of trees.entries()) {
    let ids = 0;
    const add = (node: Tree): number => {
      const id = ids++;
      const entry = {tree, id, feature: 0, value: 0, low: 0, high: 0, leaf: 1};
      nodes.push(entry);
      if (typeof node === "number") leaves.push({tree, id, weight: node});
      else {
        Object.assign(entry, {feature: node.feature, value: node.value, leaf: 0});
        entry.low = add(node.low);
        entry.high = add(node.high);
      }
      return id;
    };
    add(top);
  }
  const text = (value: string) => Buffer.from(value);
  const attributes = [
    ints(
      "nodes_treeids",
      nodes.map(({tree}) => tree),
    ),
    ints(
      "nodes_nodeids",
      nodes.map(({id}) => id),
    ),
    ints(
      "nodes_featureids",
      nodes.map(({feature}) => feature),
    ),
    ints(
      "nodes_truenodeids",
      nodes.map(({low}) => low),
    ),
    ints(
      "nodes_falsenodeids",
      nodes.map(({high}) => high),
    ),
    {name: "nodes_modes", type: 8, strings: nodes.map(({leaf}) => text(leaf ? "LEAF" : "BRANCH_LEQ"))},
    {name: "nodes_values", type: 6, floats: nodes.map(({value}) => value)},
    ints(
      "class_treeids",
      leaves.map(({tree}) => tree),
    ),
    ints(
      "class_nodeids",
      leaves.map(({id}) => id),
    ),
    ints(
      "class_ids",
      leaves.map(() => 0),
    ),
    {name: "class_weights", type: 6, floats: leaves.map(({weight}) => weight)},
    ints("classlabels_int64s", [0, 1]),
    {name: "post_transform", type: 3, s: text("LOGISTIC")},
  ];
  const model = root.lookupType("Model");
  return Buffer.from(
    model
      .encode(
        model.fromObject({
          ir_version: 8,
          opset_import: [
            {domain: "ai.onnx.ml", version: 1},
            {domain: "", version: 15},
          ],
          graph: {
            name: "trees",
            node: [
              {
                input: ["features"],
                output: ["label", "probabilities"],
                op_type: "TreeEnsembleClassifier",
                domain: "ai.onnx.ml",
                attribute: attributes,
              },
            ],
            input: [value("features", FLOAT, width)],
            output: [value("label", INT64), value("probabilities", FLOAT, 2)],
          },
        }),
      )
      .finish(),
  );
}

const ints = (name: string, values: number[]) => ({name, type: 7, ints: values});
const value = (name: string, type: number, ...dims: number[]) => ({
  name,
  type: {
    tensor_type: {elem_type: type, shape: {dim: [{dim_param: "rows"}, ...dims.map((size) => ({dim_value: size}))]}},
  },
});
