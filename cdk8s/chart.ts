import {stringify} from "yaml";
import {crd} from "../operator/api/crd.ts";
import {valuesJsonSchema, valuesRows, valuesYaml} from "./chart-values.ts";
import {defaultImages} from "./context.ts";
import {install} from "./install.ts";

/**
 * The Helm chart's templates, from the very objects of install.ts: values take the place of what a user may set, marked
 * here and written as template actions once the YAML is there.
 */
const VALUE = "@value ";
/** A whole block from the values, left out when it is empty. */
const BLOCK = "@block ";
/** Entries from the values, beside those that are there. */
const MORE = "@more ";

/** What the values can leave out. */
const CONDITIONS: Record<string, string> = {
  ServiceAccount: ".Values.serviceAccount.create",
  NetworkPolicy: ".Values.networkPolicy.enabled",
  PodDisruptionBudget: ".Values.podDisruptionBudget.enabled",
  ServiceMonitor: ".Values.serviceMonitor.enabled",
  ConfigMap: ".Values.dashboards.enabled",
  GrafanaDashboard: 'and .Values.dashboards.enabled (.Capabilities.APIVersions.Has "grafana.integreatly.org/v1beta1")',
};

const ACCOUNT = '.Values.serviceAccount.name | default "telemetry-operator"';

const HELPERS = `{{- define "telemetry-operator.image" -}}
{{ .Values.imageRegistry }}/{{ .Values.image.repository }}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}
{{- define "telemetry-operator.pullSecrets" -}}
{{- $names := list }}{{ range .Values.imagePullSecrets }}{{ $names = append $names .name }}{{ end }}{{ join "," $names }}
{{- end }}
`;

/** Path below charts/telemetry-operator and text of each generated file. */
export function chartFiles(): [path: string, text: string][] {
  const all = install({serviceMonitor: true, grafanaOperator: true}) as any[];
  const objects = all.filter(({kind}) => kind !== "Namespace").map(template);
  const head = `{{- /* Generated from cdk8s/install.ts by "make manifests"; do not edit. */ -}}\n`;
  const definition = crd();
  const kept = {...definition, metadata: {...definition.metadata, annotations: {"helm.sh/resource-policy": "keep"}}};
  const crdText = stringify(kept, {aliasDuplicateObjects: false});
  return [
    ["templates/operator.yaml", head + objects.join("")],
    ["templates/crd.yaml", `${head}{{- if .Values.crds.install }}\n${crdText}{{- end }}\n`],
    ["templates/_helpers.tpl", `${head}${HELPERS}`],
    ["values.yaml", valuesYaml()],
    ["values.schema.json", valuesJsonSchema()],
    ["README.md", readme()],
  ];
}

/** An object as a template, with its separator. */
function template(object: any): string {
  const text = `---\n${actions(stringify(parameterise(object), {lineWidth: 0}))}`;
  const condition = CONDITIONS[object.kind];
  return condition ? `{{- if ${condition} }}\n${text}{{- end }}\n` : text;
}

/** The object with markers where the values go. */
function parameterise(object: any): object {
  const copy = structuredClone(object);
  const {metadata, kind, spec} = copy;
  metadata.labels = {
    ...metadata.labels,
    "app.kubernetes.io/instance": `${VALUE}.Release.Name`,
    "app.kubernetes.io/version": `${VALUE}.Chart.AppVersion | quote`,
    "app.kubernetes.io/managed-by": `${VALUE}.Release.Service`,
    "helm.sh/chart": `${VALUE}printf "%s-%s" .Chart.Name .Chart.Version`,
    "@labels": `${MORE}.Values.commonLabels`,
  };
  metadata.annotations = `${BLOCK}.Values.commonAnnotations`;
  if (metadata.namespace) metadata.namespace = `${VALUE}.Release.Namespace`;
  for (const subject of copy.subjects ?? []) {
    Object.assign(subject, {name: VALUE + ACCOUNT, namespace: `${VALUE}.Release.Namespace`});
  }
  if (kind === "ClusterRole" || kind === "ClusterRoleBinding") return scoped(copy);
  if (kind === "ServiceAccount") {
    metadata.name = VALUE + ACCOUNT;
    metadata.annotations = `${BLOCK}merge (deepCopy .Values.serviceAccount.annotations) .Values.commonAnnotations`;
  }
  // What the user says goes over what the sidecar is told.
  if (kind === "ConfigMap") {
    metadata.annotations = `${BLOCK}merge (deepCopy .Values.commonAnnotations) (dict "grafana_folder" "Telemetry")`;
  }
  if (kind === "ServiceMonitor") metadata.labels.release = `${VALUE}.Values.serviceMonitor.release`;
  if (kind === "NetworkPolicy") spec.ingress[0].from = `${BLOCK}.Values.networkPolicy.from`;
  if (kind === "Deployment") deployment(spec);
  return copy;
}

function deployment(spec: any): void {
  const pod = spec.template.spec;
  const [container] = pod.containers;
  spec.replicas = `${VALUE}.Values.replicas`;
  spec.template.metadata.annotations = `${BLOCK}.Values.podAnnotations`;
  spec.template.metadata.labels["@labels"] = `${MORE}merge (deepCopy .Values.podLabels) .Values.commonLabels`;
  pod.serviceAccountName = VALUE + ACCOUNT;
  container.image = `${VALUE}include "telemetry-operator.image" .`;
  container.imagePullPolicy = `${VALUE}.Values.image.pullPolicy`;
  container.resources = `${BLOCK}.Values.resources`;
  const value = (name: string, action: string) => container.env.push({name, value: `${VALUE}${action} | quote`});
  const image = (whole: string, reference: string) =>
    `.Values.${whole} | default (printf "%s/${reference.replace("docker.io/", "")}" .Values.imageRegistry)`;
  value("WATCH_NAMESPACE", ".Values.watchNamespace");
  value("LOG_LEVEL", ".Values.logLevel");
  value("WORKLOADS_IMAGE", image("workloadsImage", defaultImages.workloads));
  value("TIMESCALEDB_IMAGE", image("timescaledbImage", defaultImages.timescaledb));
  value("FLINK_IMAGE", image("flinkImage", defaultImages.flink));
  value("IMAGE_PULL_SECRETS", 'include "telemetry-operator.pullSecrets" .');
  for (const block of ["imagePullSecrets", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints"]) {
    pod[block] = `${BLOCK}.Values.${block}`;
  }
  pod.priorityClassName = `${VALUE}.Values.priorityClassName | quote`;
}

/** A Role in the one namespace when only that is watched, else a ClusterRole. */
function scoped(object: any): object {
  const {apiVersion, kind, metadata, ...rest} = object;
  const kindOf = (wide: string) =>
    `${VALUE}ternary "${wide.replace("Cluster", "")}" "${wide}" (ne .Values.watchNamespace "")`;
  if (rest.roleRef) rest.roleRef.kind = kindOf("ClusterRole");
  return {
    apiVersion,
    kind: kindOf(kind),
    metadata: {...metadata, namespace: `${BLOCK}.Values.watchNamespace`},
    ...rest,
  };
}

function actions(yaml: string): string {
  return yaml
    .replaceAll("{{", '{{ "{{" }}')
    .replace(/^( *)"@labels": "?@more (.*?)"?$/gm, (_, indent: string, value: string) => {
      return `${indent}{{- with ${value.replaceAll('\\"', '"')} }}\n${indent}{{- toYaml . | nindent ${indent.length} }}\n${indent}{{- end }}`;
    })
    .replace(/^( *)([^\n]*?)(["']?)@block (.*?)\3$/gm, (_, indent: string, key: string, _quote, value: string) => {
      const name = key.trim().replace(/:$/, "");
      const inline = name === "namespace";
      const body = inline
        ? `${indent}${name}: {{ . }}`
        : `${indent}${name}:\n${indent}  {{- toYaml . | nindent ${indent.length + 2} }}`;
      return `${indent}{{- with ${value.replaceAll('\\"', '"')} }}\n${body}\n${indent}{{- end }}`;
    })
    .replace(/(["']?)@value (.*?)\1$/gm, (_, _quote, value: string) => `{{ ${value.replaceAll('\\"', '"')} }}`);
}

const cell = (text: string) => text.replaceAll("|", "\\|");

/** What helm-docs would write. */
const readme = () => `<!-- Generated from cdk8s/chart-values.ts by "make manifests"; do not edit. -->

# telemetry-operator

One \`TelemetryPipeline\` custom resource in, one running vehicle-telemetry platform out. The chart installs the operator and the definition;
the objects are those of the repository's \`install.yaml\`.

\`\`\`
helm install telemetry charts/telemetry-operator -n telemetry-system --create-namespace
helm test telemetry -n telemetry-system
\`\`\`

Kubernetes 1.30 or newer. The images are in no public registry: build them (\`make images\`), push them to yours, and set \`imageRegistry\`.

Strimzi and K8ssandra make Kafka and Cassandra: \`charts/telemetry-stack\` installs both for a cluster that has none, in namespace \`monitoring\`, where pipelines
look for Alertmanager. An upgrade brings the new definition. An uninstall leaves it and the pipelines where they are; to remove the pipelines too,
delete them **before** it: only a running operator lets a pipeline go.

## Values

| Key | Type | Default | Description |
| --- | --- | --- | --- |
${valuesRows()
  .map((row) => `| ${row.map(cell).join(" | ")} |`)
  .join("\n")}
`;
