import {Resolver} from "node:dns/promises";
import {stringify} from "yaml";
import type {KubeObject} from "../../operator/runtime/client.ts";
import {network} from "../instance.ts";

const MAIN = "flink-main-container";
const REST_PORT = 8081;

const resolver = new Resolver({timeout: 1_000, tries: 2});
resolver.setServers([network.podGateway]);

/** Address of the REST Service. */
export async function serviceAddress({metadata}: KubeObject): Promise<string> {
  const [address] = await resolver.resolve4(`${metadata.name}-rest.${metadata.namespace}.svc.cluster.local`);
  return address!;
}

/** What upstream gives a job that brings none of its own: beside the console, a file that rolls. */
const defaultLogging = {
  "log4j-console.properties": `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = ConsoleAppender
rootLogger.appenderRef.rolling.ref = RollingFileAppender
appender.console.name = ConsoleAppender
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %-60c %x - %m%n
appender.rolling.name = RollingFileAppender
appender.rolling.type = RollingFile
appender.rolling.append = false
appender.rolling.fileName = \${sys:log.file}
appender.rolling.filePattern = \${sys:log.file}.%i
appender.rolling.layout.type = PatternLayout
appender.rolling.layout.pattern = %d{ISO8601} %-5p %-60c %x - %m%n
appender.rolling.policies.type = Policies
appender.rolling.policies.size.type = SizeBasedTriggeringPolicy
appender.rolling.policies.size.size = 100MB
appender.rolling.strategy.type = DefaultRolloverStrategy
appender.rolling.strategy.max = 10
`,
};
/** A JobManager that plans is slow, not broken: the probe waits as long as it takes. */
const startupProbe = {httpGet: {path: "/config", port: "rest"}, periodSeconds: 1, failureThreshold: 2 ** 31 - 1};

/** What Flink's own client makes for an application cluster in native mode: names, labels, ports and settings are its. */
export function flinkObjects(flink: KubeObject, jobId: string, savepoint: string | undefined) {
  const {name} = flink.metadata;
  const {spec} = flink;
  const labels = {app: name, type: "flink-native-kubernetes"};
  const selector = {...labels, component: "jobmanager"};
  const template = (own: any) => merge(spec.podTemplate ?? {}, own ?? {});
  const manager = withStorage(template(spec.jobManager.podTemplate), spec.jobManager.resource);
  const decorated = decorate(manager, mainContainer(spec));
  return {
    configMaps: [
      {
        metadata: {name: `flink-config-${name}`, labels},
        data: {
          "config.yaml": stringify(configOf(flink, jobId, savepoint)),
          ...(spec.logConfiguration ?? defaultLogging),
        },
      },
      {
        metadata: {name: `pod-template-${name}`, labels},
        data: {
          "taskmanager-pod-template.yaml": stringify({
            apiVersion: "v1",
            kind: "Pod",
            ...withStorage(template(spec.taskManager.podTemplate), spec.taskManager.resource),
          }),
        },
      },
    ],
    service: {
      metadata: {name: `${name}-rest`, labels},
      spec: {selector, ports: [{name: "rest", port: REST_PORT, targetPort: REST_PORT}]},
    },
    deployment: {
      metadata: {
        name,
        labels: selector,
        annotations: {"flinkdeployment.flink.apache.org/generation": String(flink.metadata.generation)},
      },
      spec: {
        replicas: spec.jobManager.replicas ?? 1,
        strategy: {type: "RollingUpdate"},
        selector: {matchLabels: selector},
        template: {
          metadata: {...manager.metadata, labels: {...manager.metadata?.labels, ...selector}},
          spec: {
            ...decorated,
            serviceAccountName: spec.serviceAccount,
            volumes: [
              ...(decorated.volumes ?? []),
              {name: "flink-artifacts", emptyDir: {}},
              {name: "flink-config-volume", configMap: {name: `flink-config-${name}`}},
              {name: "pod-template-volume", configMap: {name: `pod-template-${name}`}},
            ],
          },
        },
      },
    },
  };
}

/** The settings that Flink's client adds to the job's own. */
function configOf(flink: KubeObject, jobId: string, savepoint: string | undefined) {
  const {name, namespace} = flink.metadata;
  const {spec} = flink;
  return {
    ...spec.flinkConfiguration,
    "kubernetes.cluster-id": name,
    "kubernetes.namespace": namespace,
    "kubernetes.container.image.ref": spec.image,
    "kubernetes.container.image.pull-policy": spec.imagePullPolicy ?? "IfNotPresent",
    "kubernetes.service-account": spec.serviceAccount,
    "kubernetes.pod-template-file.taskmanager": "/opt/flink/pod-template/taskmanager-pod-template.yaml",
    "kubernetes.jobmanager.cpu.amount": spec.jobManager.resource.cpu,
    "kubernetes.taskmanager.cpu.amount": spec.taskManager.resource.cpu,
    "jobmanager.memory.process.size": spec.jobManager.resource.memory,
    "taskmanager.memory.process.size": spec.taskManager.resource.memory,
    "jobmanager.rpc.port": 6123,
    "blob.server.port": 6124,
    "taskmanager.rpc.port": 6122,
    "rest.bind-address": "0.0.0.0",
    "web.cancel.enable": false,
    "execution.target": "kubernetes-application",
    "execution.attached": true,
    "execution.shutdown-on-application-finish": false,
    "execution.submit-failed-job-on-application-error": true,
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "job-result-store.delete-on-commit": false,
    "job-result-store.storage-path": `${spec.flinkConfiguration["high-availability.storageDir"]}/job-result-store/${jobId}-${Date.now()}`,
    "pipeline.jars": [spec.job.jarURI],
    "pipeline.name": name,
    "parallelism.default": spec.job.parallelism ?? 1,
    "$internal.application.main": spec.job.entryClass,
    "$internal.application.program-args": spec.job.args ?? [],
    "$internal.pipeline.job-id": jobId,
    ...(savepoint ? {"execution.state-recovery.path": savepoint} : {}),
    ...(spec.job.allowNonRestoredState ? {"execution.state-recovery.ignore-unclaimed-state": true} : {}),
  };
}

function mainContainer(spec: any) {
  const {cpu, memory} = spec.jobManager.resource;
  const cpuFactor = Number(spec.flinkConfiguration["kubernetes.jobmanager.cpu.limit-factor"] ?? 1);
  const size = memory.replace(/m$/, "Mi");
  return {
    name: MAIN,
    image: spec.image,
    imagePullPolicy: spec.imagePullPolicy ?? "IfNotPresent",
    command: ["/docker-entrypoint.sh"],
    args: ["bash", "-c", "kubernetes-jobmanager.sh kubernetes-application "],
    env: [{name: "_POD_IP_ADDRESS", valueFrom: {fieldRef: {apiVersion: "v1", fieldPath: "status.podIP"}}}],
    ports: [
      {name: "rest", containerPort: REST_PORT},
      {name: "jobmanager-rpc", containerPort: 6123},
      {name: "blobserver", containerPort: 6124},
    ],
    resources: {
      requests: {cpu: String(cpu), memory: size},
      limits: {cpu: String(cpu * cpuFactor), memory: size},
    },
    startupProbe,
    volumeMounts: [
      {name: "flink-artifacts", mountPath: "/opt/flink/artifacts"},
      {name: "flink-config-volume", mountPath: "/opt/flink/conf"},
      {name: "pod-template-volume", mountPath: "/opt/flink/pod-template"},
    ],
  };
}

/** What the operator writes into a template, for Flink's client has no setting for it. */
function withStorage(template: any, {ephemeralStorage}: any) {
  if (!ephemeralStorage) return template;
  const amount = {"ephemeral-storage": ephemeralStorage};
  return {
    ...template,
    spec: {
      ...template.spec,
      containers: template.spec.containers.map((container: any) =>
        container.name === MAIN ? {...container, resources: {requests: amount, limits: amount}} : container,
      ),
    },
  };
}

/** The pod of a template with Flink's own container merged into the one of its name. */
function decorate({spec = {}}: any, own: any) {
  const [main = {}] = spec.containers?.filter(({name}: any) => name === MAIN) ?? [];
  const others = spec.containers?.filter(({name}: any) => name !== MAIN) ?? [];
  const both = (field: string) => [...(own[field] ?? []), ...(main[field] ?? [])];
  const resources = merge(main.resources ?? {}, own.resources);
  const container = {
    ...main,
    ...own,
    resources,
    env: both("env"),
    ports: both("ports"),
    volumeMounts: both("volumeMounts"),
  };
  return {...spec, containers: [container, ...others]};
}

/** Upstream merges a specific template over the common one field by field, lists by place; the last one wins. */
function merge(base: any, over: any): any {
  if (Array.isArray(base) && Array.isArray(over)) {
    return Array.from({length: Math.max(base.length, over.length)}, (_, at) =>
      at >= over.length ? base[at] : at >= base.length ? over[at] : merge(base[at], over[at]),
    );
  }
  if (typeof base !== "object" || typeof over !== "object" || base === null || over === null) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over ? (key in base ? merge(base[key], over[key]) : over[key]) : base[key]]),
  );
}
