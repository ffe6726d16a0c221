import {stringify} from "yaml";
import {crd} from "../operator/api/crd.ts";
import {install} from "./install.ts";

/**
 * The Helm chart's templates, from the very objects of install.ts: values take the place of what a user may set, marked
 * here and written as template actions once the YAML is there.
 */
const VALUE = "@value ";
/** A whole block from the values, left out when it is empty. */
const BLOCK = "@block ";

/** Path below charts/telemetry-operator and text of each generated template. */
export function chartTemplates(): [path: string, text: string][] {
  const objects = (install() as any[]).filter(({kind}) => kind !== "Namespace").map(parameterise);
  const head = `{{- /* Generated from cdk8s/install.ts by "make manifests"; do not edit. */ -}}\n`;
  const definition = crd();
  const kept = {...definition, metadata: {...definition.metadata, annotations: {"helm.sh/resource-policy": "keep"}}};
  const crdText = stringify(kept, {aliasDuplicateObjects: false});
  return [
    [
      "templates/operator.yaml",
      head + objects.map((object) => actions(stringify(object, {lineWidth: 0}))).join("---\n"),
    ],
    ["templates/crd.yaml", `${head}{{- if .Values.crds.install }}\n${crdText}{{- end }}\n`],
  ];
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
  };
  if (metadata.namespace) metadata.namespace = `${VALUE}.Release.Namespace`;
  for (const subject of copy.subjects ?? []) subject.namespace = `${VALUE}.Release.Namespace`;
  if (kind === "ClusterRole" || kind === "ClusterRoleBinding") return scoped(copy);
  if (kind !== "Deployment") return copy;
  const pod = spec.template.spec;
  const [container] = pod.containers;
  spec.replicas = `${VALUE}.Values.replicas`;
  spec.template.metadata.annotations = `${BLOCK}.Values.podAnnotations`;
  container.image = `${VALUE}printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion)`;
  container.imagePullPolicy = `${VALUE}.Values.image.pullPolicy`;
  container.resources = `${BLOCK}.Values.resources`;
  const value = (name: string, action: string) => container.env.push({name, value: `${VALUE}${action}`});
  value("WATCH_NAMESPACE", ".Values.watchNamespace | quote");
  value("LOG_LEVEL", ".Values.logLevel");
  value("WORKLOADS_IMAGE", ".Values.workloadsImage | quote");
  value("TIMESCALEDB_IMAGE", ".Values.timescaledbImage | quote");
  for (const block of ["imagePullSecrets", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints"]) {
    pod[block] = `${BLOCK}.Values.${block}`;
  }
  pod.priorityClassName = `${VALUE}.Values.priorityClassName | quote`;
  return copy;
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
    .replace(/^( *)([^\n]*?)(["']?)@block (.*?)\3$/gm, (_, indent: string, key: string, _quote, value: string) => {
      const name = key.trim().replace(/:$/, "");
      const inline = name === "namespace";
      const body = inline
        ? `${indent}${name}: {{ . }}`
        : `${indent}${name}:\n${indent}  {{- toYaml . | nindent ${indent.length + 2} }}`;
      return `${indent}{{- with ${value} }}\n${body}\n${indent}{{- end }}`;
    })
    .replace(/(["']?)@value (.*?)\1$/gm, (_, _quote, value: string) => `{{ ${value.replaceAll('\\"', '"')} }}`);
}
