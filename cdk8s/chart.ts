import {stringify} from "yaml";
import {crd} from "../api/crd.ts";
import {IMAGES, images} from "../api/images.ts";
import {valuesDefaults, valuesJsonSchema, valuesRows, valuesYaml} from "./chart-values.ts";
import {NAME, operatorSeries} from "./install.ts";

/**
 * The Helm chart's templates, from the very objects of install.ts: values take the place of what a user may set, marked
 * here and written as template actions once the YAML is there.
 */
const VALUE = "@value ";
/** A block from the values, left out when it is empty. */
const BLOCK = "@block ";

/** `auto`: where the API server serves what the Prometheus operator reads. */
const MONITORED =
  'or (eq (toString .Values.serviceMonitor.enabled) "true") (and (eq (toString .Values.serviceMonitor.enabled) "auto") (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor"))';

/** The manifests that values can leave out. */
const CONDITIONS: Record<string, string> = {
  ServiceAccount: ".Values.serviceAccount.create",
  NetworkPolicy: ".Values.networkPolicy.enabled",
  PodDisruptionBudget: ".Values.podDisruptionBudget.enabled",
  ServiceMonitor: MONITORED,
  PrometheusRule: MONITORED,
  ConfigMap: ".Values.dashboards.enabled",
  GrafanaDashboard:
    'and .Values.dashboards.enabled .Values.dashboards.grafanaOperator (.Capabilities.APIVersions.Has "grafana.integreatly.org/v1beta1/GrafanaDashboard")',
};

const FULL_NAME = 'include "telemetry-operator.fullname" .';
const ACCOUNT = `.Values.serviceAccount.name | default (${FULL_NAME}) | quote`;
const RELEASE_NAMESPACE = ".Release.Namespace | quote";
const SELECTOR = 'include "telemetry-operator.selector" . | fromYaml';
const LABELS = 'include "telemetry-operator.labels" . | fromYaml';
/** Each template begins with it, since none of them is sure to be the first. */
const DEFAULTS = '{{- include "telemetry-operator.defaults" . }}\n';

/** \`null\`, or a release with the values of an older chart, leaves a value out: it gets its default, so that every template finds a map where one is due. */
const helpers = () => `{{- define "telemetry-operator.defaults" -}}
{{- range fromJsonArray \`${valuesDefaults()}\` }}
{{- $map := $.Values }}
{{- range initial (first .) }}
{{- if not (kindIs "map" (index $map .)) }}{{ $_ := set $map . dict }}{{ end }}
{{- $map = index $map . }}
{{- end }}
{{- if kindIs "invalid" (index $map (last (first .))) }}{{ $_ := set $map (last (first .)) (last .) }}{{ end }}
{{- end }}
{{- end }}
{{- define "telemetry-operator.fullname" -}}
{{ .Values.fullnameOverride | default .Values.nameOverride | default "${NAME}" }}
{{- end }}
{{- /* The name stays whatever the objects are called: pipelines let the operator in by it. */ -}}
{{- define "telemetry-operator.selector" -}}
app.kubernetes.io/name: ${NAME}
{{- if ne (${FULL_NAME}) "${NAME}" }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
{{- end }}
{{- define "telemetry-operator.labels" -}}
{{- $version := regexReplaceAll "[^A-Za-z0-9]+$" (.Chart.AppVersion | replace "+" "_" | trunc 63) "" }}
{{- $chart := regexReplaceAll "[^A-Za-z0-9]+$" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63) "" }}
{{- $own := dict "app.kubernetes.io/name" "${NAME}" "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/version" $version "app.kubernetes.io/managed-by" .Release.Service "helm.sh/chart" $chart }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}
{{- define "telemetry-operator.image" -}}
{{ .Values.imageRegistry }}/{{ .Values.image.repository }}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default (.Chart.AppVersion | replace "+" "_") }}{{ end }}
{{- end }}
{{- define "telemetry-operator.pullSecrets" -}}
{{- $names := list }}{{ range .Values.imagePullSecrets }}{{ $names = append $names .name }}{{ end }}{{ join "," $names }}
{{- end }}
`;

/**
 * Path below charts/telemetry-operator and text of each generated file.
 *
 * @param installed every object that an installation may have
 */
export function chartFiles(installed: any[]): [path: string, text: string][] {
  const objects = installed.filter(({kind}) => kind !== "Namespace").map(template);
  const head = `{{- /* Generated from cdk8s/install.ts by "make manifests"; do not edit. */ -}}\n`;
  return [
    ["templates/operator.yaml", head + DEFAULTS + objects.join("")],
    ["templates/crd.yaml", `${head}${DEFAULTS}{{- if .Values.crds.install }}\n${definition()}{{- end }}\n`],
    ["templates/_helpers.tpl", `${head}${helpers()}`],
    ["values.yaml", valuesYaml()],
    ["values.schema.json", valuesJsonSchema()],
    ["README.md", readme()],
  ];
}

/** The definition stays when the release goes. */
function definition(): string {
  const {metadata, ...rest} = crd();
  const annotations = `${BLOCK}merge (dict "helm.sh/resource-policy" "keep") .Values.commonAnnotations`;
  const labels = `${BLOCK}.Values.commonLabels`;
  const marked = {apiVersion: rest.apiVersion, kind: rest.kind, metadata: {...metadata, labels, annotations}};
  return actions(stringify({...marked, spec: rest.spec}, {aliasDuplicateObjects: false, lineWidth: 0}));
}

/** An object as a template, with its separator. */
function template(object: any): string {
  const text = `---\n${actions(stringify(parameterise(object), {lineWidth: 0}))}`;
  const condition = CONDITIONS[object.kind];
  return condition ? `{{- if ${condition} }}\n${text}{{- end }}\n` : text;
}

/** A name of install.ts as one of the release's. */
const named = (name: string): string =>
  `${VALUE}${name === NAME ? FULL_NAME : `printf "%s${name.slice(NAME.length)}" (${FULL_NAME})`} | quote`;

/** A map for the template language. */
const dict = (map: Record<string, string>): string =>
  `(dict ${Object.entries(map)
    .flat()
    .map((word) => JSON.stringify(word))
    .join(" ")})`;

/** The object with markers where the values go. */
function parameterise(object: any): object {
  const copy = structuredClone(object);
  const {metadata, kind, spec} = copy;
  const {"app.kubernetes.io/name": _, ...labels} = metadata.labels;
  const {annotations} = metadata;
  metadata.labels = BLOCK + (Object.keys(labels).length > 0 ? `merge ${dict(labels)} (${LABELS})` : LABELS);
  // The user's values go over those that others read.
  metadata.annotations = `${BLOCK}${annotations ? `merge (deepCopy .Values.commonAnnotations) ${dict(annotations)}` : ".Values.commonAnnotations"}`;
  metadata.name = named(metadata.name);
  if (metadata.namespace) metadata.namespace = VALUE + RELEASE_NAMESPACE;
  if (copy.roleRef) copy.roleRef.name = named(copy.roleRef.name);
  for (const subject of copy.subjects ?? [])
    Object.assign(subject, {name: VALUE + ACCOUNT, namespace: VALUE + RELEASE_NAMESPACE});
  if (kind === "ClusterRole" || kind === "ClusterRoleBinding") return scoped(copy);
  if (kind === "ServiceAccount") {
    metadata.name = VALUE + ACCOUNT;
    metadata.annotations = `${BLOCK}merge (deepCopy .Values.serviceAccount.annotations) .Values.commonAnnotations`;
  }
  if (kind === "ServiceMonitor" || kind === "PrometheusRule")
    metadata.labels = `${BLOCK}merge (dict "release" .Values.serviceMonitor.release) (${LABELS})`;
  if (kind === "NetworkPolicy") {
    spec.ingress[0].from = `${BLOCK}.Values.networkPolicy.from`;
    spec.podSelector.matchLabels = BLOCK + SELECTOR;
  }
  if (kind === "Service") spec.selector = BLOCK + SELECTOR;
  if (spec?.selector?.matchLabels) spec.selector.matchLabels = BLOCK + SELECTOR;
  if (spec?.configMapRef) spec.configMapRef.name = named(spec.configMapRef.name);
  if (kind === "Deployment") deployment(spec);
  if (kind === "PrometheusRule") ownSeries(spec);
  return copy;
}

/** The operator's series by the namespace and the Service of the release, and where its alerts are explained. */
function ownSeries(spec: any): void {
  for (const rule of spec.groups.flatMap((group: any) => group.rules)) {
    const expr = rule.expr.replace(operatorSeries, 'namespace="%s",job="%s"');
    rule.annotations.runbook_url = `${BLOCK}ternary "" (printf "%s${rule.alert.toLowerCase()}" .Values.runbookUrl) (empty .Values.runbookUrl)`;
    rule.expr = `${VALUE}printf \`${expr}\` .Release.Namespace (${FULL_NAME}) | quote`;
  }
}

function deployment(spec: any): void {
  const pod = spec.template.spec;
  const [container] = pod.containers;
  spec.replicas = `${VALUE}.Values.replicas`;
  spec.template.metadata.annotations = `${BLOCK}.Values.podAnnotations`;
  spec.template.metadata.labels = `${BLOCK}merge (${SELECTOR}) .Values.podLabels .Values.commonLabels`;
  pod.serviceAccountName = VALUE + ACCOUNT;
  container.image = `${VALUE}include "telemetry-operator.image" .`;
  container.imagePullPolicy = `${VALUE}.Values.image.pullPolicy`;
  container.resources = `${BLOCK}.Values.resources`;
  const value = (name: string, action: string) => container.env.push({name, value: `${VALUE}${action} | quote`});
  const image = (whole: string, reference: string) =>
    `.Values.${whole} | default (printf "%s/${reference.replace("docker.io/", "")}" .Values.imageRegistry)`;
  value("LEASE_NAME", FULL_NAME);
  value("WATCH_NAMESPACE", ".Values.watchNamespace");
  value("LOG_LEVEL", ".Values.logLevel");
  value("RUNBOOK_URL", ".Values.runbookUrl");
  for (const name of IMAGES) value(`${name.toUpperCase()}_IMAGE`, image(`${name}Image`, images[name].reference));
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
    .replace(/^( *)([^\n]*?)(["']?)@block (.*?)\3$/gm, (_, indent: string, key: string, _quote, value: string) => {
      const name = key.trim().replace(/:$/, "");
      const inline = name === "namespace" || name === "runbook_url";
      const body = inline
        ? `${indent}${name}: {{ . | quote }}`
        : `${indent}${name}:\n${indent}  {{- toYaml . | nindent ${indent.length + 2} }}`;
      return `${indent}{{- with ${value.replaceAll('\\"', '"')} }}\n${body}\n${indent}{{- end }}`;
    })
    .replace(/(["']?)@value (.*?)\1$/gm, (_, _quote, value: string) => `{{ ${value.replaceAll('\\"', '"')} }}`);
}

const cell = (text: string) => text.replaceAll("|", "\\|");

/** The page as helm-docs would write it. */
const readme = () => `<!-- Generated from cdk8s/chart-values.ts by "make manifests"; do not edit. -->

# telemetry-operator

A Kubernetes operator for vehicle telemetry. One \`TelemetryPipeline\` custom resource creates a complete platform. The chart installs the operator and
the custom resource definition; the objects are those of \`install.yaml\`.

\`\`\`
helm install telemetry charts/telemetry-operator -n telemetry-system --create-namespace
helm test telemetry -n telemetry-system
\`\`\`

It needs Kubernetes 1.30 or newer. No public registry has the images: build them (\`make images\`), push them to yours, and set \`imageRegistry\`.

Strimzi and K8ssandra create Kafka and Cassandra. \`charts/telemetry-stack\` installs both, in namespace \`monitoring\`, where pipelines look for Alertmanager.

\`helm upgrade\` upgrades the definition. \`helm uninstall\` keeps it and the pipelines. To remove the pipelines too, delete them **first**: only a running operator
removes their finalizer.

## Values

| Key | Type | Default | Description |
| --- | --- | --- | --- |
${valuesRows()
  .map((row) => `| ${row.map(cell).join(" | ")} |`)
  .join("\n")}
`;
