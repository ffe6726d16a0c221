import type {KubeObject} from "../../operator/runtime/client.ts";

/** The pods that upstream's operator makes for a group of nodes of a Druid cluster; what it leaves to Kubernetes is left to it here. */

/** A group of nodes of the spec, with the key that its objects are named after. */
export interface Group {
  key: string;
  node: any;
  /** The name of what is made for it. */
  name: string;
}

const COMMON_PATH = "/druid/conf/druid/_common";

/** The template of a group's pods; another configuration makes them anew, for its hash is in their environment. */
export function podTemplate(druid: KubeObject, group: Group, labels: Record<string, string>, configHash: string) {
  const {spec} = druid;
  const {node, name} = group;
  const container = {
    name,
    image: node.image || spec.image,
    command: [spec.startScript || "bin/run-druid.sh", node.nodeType],
    imagePullPolicy: node.imagePullPolicy || spec.imagePullPolicy,
    ports: [...(node.ports ?? []), {name: "druid-port", containerPort: node["druid.port"]}],
    resources: node.resources,
    env: [...(node.env ?? spec.env ?? []), {name: "configMapSHA", value: configHash}],
    envFrom: node.envFrom ?? spec.envFrom,
    volumeMounts: [
      {name: "common-config-volume", mountPath: spec.commonConfigMountPath || COMMON_PATH, readOnly: true},
      {
        name: "nodetype-config-volume",
        mountPath: node.nodeConfigMountPath || `/druid/conf/druid/${node.nodeType}`,
        readOnly: true,
      },
      ...both(spec, node, "volumeMounts"),
    ],
    livenessProbe: probeOf(spec, node, "livenessProbe"),
    readinessProbe: probeOf(spec, node, "readinessProbe"),
    startupProbe: probeOf(spec, node, "startUpProbe"),
    lifecycle: node.lifecycle,
    securityContext: node.containerSecurityContext ?? spec.containerSecurityContext,
  };
  const others = both(spec, node, "additionalContainer");
  const initContainers = others.filter(({runAsInit}) => runAsInit).map(additional);
  return {
    metadata: {labels, annotations: node.podAnnotations ?? spec.podAnnotations},
    spec: {
      ...(initContainers.length > 0 && {initContainers}),
      containers: [container, ...others.filter(({runAsInit}) => !runAsInit).map(additional)],
      volumes: [
        {name: "common-config-volume", configMap: {name: commonConfigName(druid)}},
        {name: "nodetype-config-volume", configMap: {name: `${name}-config`}},
        ...both(spec, node, "volumes"),
      ],
      nodeSelector: node.nodeSelector ?? spec.nodeSelector,
      topologySpreadConstraints: node.topologySpreadConstraints,
      tolerations: both(spec, node, "tolerations"),
      affinity: node.affinity ?? spec.affinity ?? {},
      imagePullSecrets: node.imagePullSecrets ?? spec.imagePullSecrets,
      terminationGracePeriodSeconds: node.terminationGracePeriodSeconds,
      securityContext: node.securityContext ?? spec.securityContext,
      serviceAccountName: node.serviceAccountName || spec.serviceAccount,
      priorityClassName: node.priorityClassName || spec.priorityClassName,
    },
  };
}

export const commonConfigName = ({metadata}: KubeObject): string => `${metadata.name}-druid-common-config`;

/** A list of the cluster's, then the group's own. */
export const both = (spec: any, node: any, field: string): any[] => [...(spec[field] ?? []), ...(node[field] ?? [])];

function additional(of: any) {
  const {image, containerName: name, command, args, imagePullPolicy, securityContext} = of;
  const {resources, volumeMounts, env, envFrom} = of;
  return {
    name,
    image,
    command,
    args,
    imagePullPolicy,
    securityContext,
    resources,
    volumeMounts,
    env,
    envFrom,
  };
}

type ProbeField = "livenessProbe" | "readinessProbe" | "startUpProbe";

function probeOf(spec: any, node: any, field: ProbeField): object | undefined {
  const own = node[field] ?? spec[field];
  if (!own) return spec.defaultProbes ? defaultProbe(node, field) : undefined;
  const {httpGet} = own;
  // Port 0 is that of the group.
  return httpGet && !httpGet.port ? {...own, httpGet: {...httpGet, port: node["druid.port"]}} : own;
}

/** As upstream has it: a historical's start is not looked at for three minutes. */
function defaultProbe({nodeType, "druid.port": port}: any, field: ProbeField) {
  const loads = field !== "livenessProbe" && (nodeType === "historical" || nodeType === "broker");
  const slow = field === "startUpProbe" && nodeType === "historical";
  return {
    httpGet: {path: loads ? `/druid/${nodeType}/v1/readiness` : "/status/health", port},
    initialDelaySeconds: slow ? 180 : 5,
    timeoutSeconds: slow ? 10 : 5,
    periodSeconds: slow ? 30 : 10,
    successThreshold: 1,
    failureThreshold: loads ? 20 : 10,
  };
}
