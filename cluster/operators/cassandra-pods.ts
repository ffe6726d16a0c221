/** The pod template that cass-operator 1.30.3 makes, of the images that there are here. */

const IMAGE = "docker.io/telemetry-operator/cassandra:5.0.6";
/** What upstream asks for where the CassandraDatacenter says nothing. */
const CONFIG_DEFAULT = {requests: {cpu: "1", memory: "256M"}, limits: {cpu: "1", memory: "384M"}};
const LOGGER_DEFAULT = {requests: {cpu: "100m", memory: "64M"}, limits: {memory: "128M"}};
const USER = 999;

const given = (resources: any, otherwise: object) => (resources?.requests || resources?.limits ? resources : otherwise);

interface PodOptions {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  seeds: string;
  heap: string;
  /** The ConfigMap of its configuration. */
  config: string;
}

/** Containers have no other security than what the CassandraDatacenter's template says of them, by name. */
export function podTemplate(spec: any, {labels, annotations, seeds, heap, config}: PodOptions) {
  const template = spec.podTemplateSpec?.spec ?? {};
  const container = (list: any[] | undefined, name: string, rest: object) => ({
    ...list?.find((each) => each.name === name),
    name,
    image: IMAGE,
    ...rest,
  });
  const init = (name: string, rest: object) => container(template.initContainers, name, rest);
  const run = (name: string, rest: object) => container(template.containers, name, rest);
  const configMount = {name: "server-config", mountPath: "/config"};
  const baseMount = {name: "server-config-base", mountPath: "/cassandra-base-config"};
  const logs = {name: "server-logs", mountPath: "/var/log/cassandra"};
  const folders = ["server-config", "server-config-base", "server-logs", "tmp"];
  return {
    metadata: {
      labels: {...spec.podTemplateSpec?.metadata?.labels, ...labels},
      annotations: {...spec.podTemplateSpec?.metadata?.annotations, ...annotations},
    },
    spec: {
      tolerations: spec.tolerations,
      affinity: spec.racks?.[0]?.affinity,
      priorityClassName: template.priorityClassName,
      securityContext: template.securityContext ?? {
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        runAsNonRoot: true,
      },
      terminationGracePeriodSeconds: 60,
      initContainers: [
        init("server-config-init-base", {
          command: ["/bin/sh", "-c", "cp -rf /opt/cassandra/conf/* /cassandra-base-config/"],
          volumeMounts: [baseMount],
        }),
        init("server-config-init", {
          command: ["/bin/sh", "-c", "cp -rf /etc/cassandra/..data/* /config/"],
          resources: given(spec.configBuilderResources, CONFIG_DEFAULT),
          volumeMounts: [configMount, baseMount, {name: "config", mountPath: "/etc/cassandra"}],
        }),
      ],
      containers: [
        run("cassandra", {
          env: [
            {name: "POD_IP", valueFrom: {fieldRef: {fieldPath: "status.podIP"}}},
            {name: "SEEDS", value: seeds},
            {name: "CASSANDRA_VERSION", value: spec.serverVersion},
            {name: "HEAP_SIZE", value: heap.replace(/i$/, "")},
          ],
          ports: [
            {name: "native", containerPort: 9042},
            {name: "metrics", containerPort: 9000},
          ],
          readinessProbe: {exec: {command: ["/opt/cassandra/bin/ready"]}, periodSeconds: 3, timeoutSeconds: 5},
          resources: spec.resources ?? {},
          volumeMounts: [
            {name: "server-data", mountPath: "/var/lib/cassandra"},
            {name: "server-config", mountPath: "/etc/cassandra"},
            logs,
            {name: "tmp", mountPath: "/tmp"},
          ],
        }),
        run("server-system-logger", {
          command: [
            "/bin/sh",
            "-c",
            "touch /var/log/cassandra/system.log && exec tail -n+1 -F /var/log/cassandra/system.log",
          ],
          resources: given(spec.systemLoggerResources, LOGGER_DEFAULT),
          volumeMounts: [logs],
        }),
      ],
      volumes: [{name: "config", configMap: {name: config}}, ...folders.map((name) => ({name, emptyDir: {}}))],
    },
  };
}
