import {z} from "zod";
import {cel} from "./fields.ts";
import {specSchema} from "./pipeline.ts";
import {statusSchema} from "./status.ts";

const GROUP = "telemetry.dev";
const VERSION = "v1alpha1";

/** The TelemetryPipeline kind, for clients. */
export const telemetryPipeline = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: "TelemetryPipeline",
  plural: "telemetrypipelines",
  namespaced: true,
};

/** Child names add up to 40 characters to the pipeline's; Kubernetes labels and host names end at 63. */
const MAX_NAME = 20;
const NAME_PATTERN = "^[a-z]([-a-z0-9]*[a-z0-9])?$";
export const NAME_RULE = {
  pattern: new RegExp(`^(?=.{1,${MAX_NAME}}$)${NAME_PATTERN.slice(1)}`),
  message: `metadata.name must have at most ${MAX_NAME} characters, start with a letter and hold only a-z, 0-9 and -: the names of Services derive from it`,
};

const printerColumns = [
  {name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status'},
  {name: "Phase", type: "string", jsonPath: ".status.phase"},
  {name: "Vehicles", type: "integer", jsonPath: ".status.vehicles"},
  {
    name: "Freshness",
    type: "string",
    jsonPath: ".status.freshnessSummary",
    description: "Whether the newest event of each store is recent",
  },
  {
    name: "Flink",
    type: "string",
    jsonPath: '.status.components[?(@.name=="flink")].reason',
    description: "State of the stream job",
  },
  {name: "Operator", type: "string", priority: 1, jsonPath: ".metadata.annotations.telemetry\\.dev/operator"},
  {name: "Reason", type: "string", priority: 1, jsonPath: '.status.conditions[?(@.type=="Ready")].message'},
  {name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp"},
];

/** The CustomResourceDefinition object. */
export function crd() {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {name: `${telemetryPipeline.plural}.${GROUP}`},
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: {
        kind: telemetryPipeline.kind,
        listKind: `${telemetryPipeline.kind}List`,
        plural: telemetryPipeline.plural,
        singular: "telemetrypipeline",
        shortNames: ["tp"],
        categories: ["telemetry"],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: {status: {}},
          additionalPrinterColumns: printerColumns,
          schema: {openAPIV3Schema: rootSchema()},
        },
      ],
    },
  };
}

function rootSchema() {
  return {
    type: "object",
    description: "One vehicle-telemetry platform: simulators, Kafka, ingesters and the stores they fill.",
    required: ["spec"],
    properties: {
      apiVersion: {type: "string"},
      kind: {type: "string"},
      metadata: {type: "object"},
      spec: structural(specSchema),
      status: structural(statusSchema),
    },
    ...cel({
      rule: `size(self.metadata.name) <= ${MAX_NAME} && self.metadata.name.matches('${NAME_PATTERN}')`,
      message: NAME_RULE.message,
    }),
  };
}

/** A zod schema as a Kubernetes structural schema: JSON Schema without what Kubernetes does not accept. */
function structural(schema: z.ZodType): Record<string, unknown> {
  return strip(z.toJSONSchema(schema, {io: "input", target: "openapi-3.0"})) as Record<string, unknown>;
}

const DROPPED = new Set(["$schema", "propertyNames", "id"]);
/** An object of which nothing is said has these as booleans. */
const SAID = new Set(["properties", "additionalProperties"]);

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !DROPPED.has(key) && !(SAID.has(key) && typeof value === "boolean"))
      .map(([key, value]) => [key, strip(value)]),
  );
}
