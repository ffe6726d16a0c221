import {stringify} from "yaml";
import {z} from "zod";
import {IMAGES, type ImageName, images} from "../api/images.ts";

/** The values of the Helm chart: values.yaml, values.schema.json and the table of its README come from here. */
const text = (description: string, value = "") => z.string().default(value).meta({description});
/** Of objects: a Service's, with room for what is put behind it in the names of others. */
const name = (description: string) =>
  z
    .string()
    .regex(/^([a-z]([-a-z0-9]{0,44}[a-z0-9])?)?$/)
    .default("")
    .meta({description});
const flag = (description: string, value: boolean) => z.boolean().default(value).meta({description});
const strings = z.record(z.string(), z.string());

/** Variables that the chart sets itself; a second one of the same name would be no YAML. */
const OURS = "^(app\\.kubernetes\\.io/(name|instance|version|managed-by)|helm\\.sh/chart)$";
const label = z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);
const labels = (description: string) =>
  z
    .record(z.string(), label)
    .default({})
    .meta({description, propertyNames: {not: {pattern: OURS}}});
const annotations = (description: string) => strings.default({}).meta({description});

const imageValues = Object.fromEntries(
  IMAGES.map((name) => [`${name}Image`, text(`${images[name].description} Default: the image of this release.`)]),
) as Record<`${ImageName}Image`, ReturnType<typeof text>>;

const quantity = z.union([z.string().regex(/^[0-9.]+(m|[kMGTPE]i?)?$/), z.number()]);
const resourceList = z.record(z.enum(["cpu", "memory", "ephemeral-storage"]).or(z.string().regex(/\//)), quantity);

const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(["Exists", "Equal"]).optional(),
  value: z.string().optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
  tolerationSeconds: z.int().optional(),
});

const spread = z.looseObject({
  maxSkew: z.int().min(1),
  topologyKey: z.string().min(1),
  whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]),
});

const affinity = z.strictObject({
  nodeAffinity: z.looseObject({}).optional(),
  podAffinity: z.looseObject({}).optional(),
  podAntiAffinity: z.looseObject({}).optional(),
});

const RESOURCES = {
  requests: {cpu: "200m", memory: "256Mi", "ephemeral-storage": "64Mi"},
  limits: {memory: "256Mi", "ephemeral-storage": "1Gi"},
};

const valuesSchema = z.strictObject({
  replicas: z.int().min(0).default(1).meta({description: "Number of operator pods. One leads, the others stand by."}),
  image: z
    .strictObject({
      repository: text("Repository of the operator's image, without the registry.", "telemetry-operator/operator"),
      tag: text("Tag of the image. Default: the chart's appVersion."),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default("")
        .meta({description: "Digest of the image (`sha256:…`); it overrides the tag."}),
      pullPolicy: z
        .enum(["Always", "IfNotPresent", "Never"])
        .default("IfNotPresent")
        .meta({description: "Pull policy of the operator's image."}),
    })
    .prefault({}),
  imageRegistry: z
    .string()
    .regex(/^[^/].*[^/]$/)
    .default("docker.io")
    .meta({
      description: "Registry, or path in a mirror, of the operator's image and of the pipelines' images.",
    }),
  ...imageValues,
  imagePullSecrets: z
    .array(z.strictObject({name: z.string().min(1)}))
    .default([])
    .meta({
      description:
        "Secrets for a private registry, as `[{name: …}]`. The pipelines' pods use them too, so they must exist in the pipelines' namespaces.",
    }),
  watchNamespace: z
    .string()
    .regex(/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/)
    .default("")
    .meta({description: "Watch this namespace only, with a Role instead of a ClusterRole. Default: all namespaces."}),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error"])
    .default("info")
    .meta({description: "Log level of the operator."}),
  runbookUrl: z.string().default("").meta({
    description:
      "The beginning of each alert's `runbook_url`, such as `https://git.example.com/docs/reference/alerts.md#`; the alert's name in lower case follows. Default: alerts have none.",
  }),
  crds: z
    .strictObject({
      install: flag(
        "Install and upgrade the TelemetryPipeline definition. It stays when the release is uninstalled.",
        true,
      ),
    })
    .prefault({}),
  serviceAccount: z
    .strictObject({
      create: flag("Create the ServiceAccount; if false, `name` must exist.", true),
      name: text("Name of the ServiceAccount. Default: telemetry-operator."),
      annotations: annotations("Annotations of the ServiceAccount, for example to bind it to a cloud identity."),
    })
    .prefault({}),
  resources: z
    .strictObject({requests: resourceList.optional(), limits: resourceList.optional()})
    .default(RESOURCES)
    .meta({
      description:
        "Requests and limits of the operator's container. On an overloaded node, CPU is shared by the requests.",
    }),
  serviceMonitor: z
    .strictObject({
      enabled: z
        .union([z.boolean(), z.literal("auto")])
        .default("auto")
        .meta({
          description:
            "Create a ServiceMonitor for the operator and alerts about it; the pipelines' readiness alerts need its metrics. `auto`: where the API server serves ServiceMonitors (with `helm template`: if `--api-versions` names it).",
        }),
      release: z
        .string()
        .min(1)
        .default("kps")
        .meta({description: "The label `release` by which your Prometheus selects monitors and rules."}),
    })
    .prefault({}),
  dashboards: z
    .strictObject({
      enabled: flag(
        "Install the dashboards for all pipelines, as ConfigMaps for Grafana's sidecar. With several releases in one cluster, enable it in one.",
        true,
      ),
      grafanaOperator: flag(
        "Also create GrafanaDashboards for the Grafana operator, where the API server serves that kind (with `helm template`: if `--api-versions` names it). Argo CD does not wait for a Grafana to load them.",
        true,
      ),
    })
    .prefault({}),
  podDisruptionBudget: z
    .strictObject({enabled: flag("Create a PodDisruptionBudget: one operator pod may be evicted at a time.", true)})
    .prefault({}),
  networkPolicy: z
    .strictObject({
      enabled: flag("Create a NetworkPolicy: only health and metrics are reachable.", true),
      from: z
        .array(z.looseObject({}))
        .default([])
        .meta({description: "Peers that may connect, as `from` of a NetworkPolicy. Default: the whole cluster."}),
    })
    .prefault({}),
  nameOverride: name("Name of the objects in place of telemetry-operator."),
  fullnameOverride: name(
    "Like `nameOverride`, with precedence. Several operators in one namespace need different names.",
  ),
  commonLabels: labels("Labels of every object of the chart."),
  commonAnnotations: annotations("Annotations of every object of the chart."),
  podLabels: labels("Labels of the operator's pods."),
  podAnnotations: annotations("Annotations of the operator's pods."),
  nodeSelector: strings.default({}).meta({description: "Node selector of the operator's pods."}),
  tolerations: z.array(toleration).default([]).meta({description: "Tolerations of the operator's pods."}),
  affinity: affinity.default({}).meta({description: "Affinity of the operator's pods."}),
  topologySpreadConstraints: z
    .array(spread)
    .default([])
    .meta({description: "Topology spread constraints of the operator's pods."}),
  priorityClassName: text("PriorityClass of the operator's pods."),
});

const HEAD = 'Generated from cdk8s/chart-values.ts by "make manifests"; do not edit.';

interface Node {
  description?: string;
  type?: string | string[];
  const?: string;
  anyOf?: Node[];
  enum?: string[];
  default?: unknown;
  properties?: Record<string, Node>;
}

const schema = () => z.toJSONSchema(valuesSchema, {io: "input", target: "draft-7"}) as Node;

/** Path, schema and default of every value, in order. */
function leaves(node: Node, path: string[] = []): [path: string[], node: Node][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    child.description ? [[[...path, key], child]] : leaves(child, [...path, key]),
  ) as [string[], Node][];
}

/** values.schema.json. `global` is what a parent chart may set for all. */
export function valuesJsonSchema(): string {
  const root = schema() as Node & {properties: Record<string, Node>};
  root.properties.global = {description: "Values of a parent chart; not used.", type: ["object", "null"]};
  return `${JSON.stringify(root, null, 2)}\n`;
}

/** Path and default of every value, as JSON. */
export const valuesDefaults = (): string =>
  JSON.stringify(leaves(schema()).map(([path, node]) => [path, node.default]));

/** values.yaml, each value under what it means. */
export function valuesYaml(): string {
  const lines = [`# ${HEAD}`];
  let above: string[] = [];
  for (const [path, node] of leaves(schema())) {
    path.slice(0, -1).forEach((key, depth) => {
      if (above[depth] !== key) lines.push(`${"  ".repeat(depth)}${key}:`);
    });
    above = path;
    const indent = "  ".repeat(path.length - 1);
    const value = stringify({[path.at(-1)!]: node.default}, {defaultStringType: "PLAIN"}).trimEnd();
    lines.push(`${indent}# ${node.description}`, ...value.split("\n").map((line) => indent + line));
  }
  return `${lines.join("\n")}\n`;
}

const typeOf = ({anyOf, type, const: word}: Node): string =>
  anyOf?.map(typeOf).join(" or ") ?? (word === undefined ? String(type ?? "") : `\`${word}\``);

/** The rows of the README's table. */
export const valuesRows = (): string[][] =>
  leaves(schema()).map(([path, node]) => [
    `\`${path.join(".")}\``,
    node.enum?.map((value) => `\`${value}\``).join(", ") ?? typeOf(node),
    `\`${JSON.stringify(node.default)}\``,
    node.description!,
  ]);
