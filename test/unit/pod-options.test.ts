import {expect, test} from "vitest";
import {overlay} from "../../api/component.ts";
import type {PodOptions} from "../../api/pod.ts";
import {bytesOf} from "../../api/quantities.ts";
import {planned, podsIn, specs} from "./planned-pods.ts";

const zones = {key: "zone", operator: "In", values: ["a", "b"]};
const options = (component: string) =>
  ({
    resources: {requests: {cpu: "300m"}, limits: {cpu: 3, memory: "3Gi", "ephemeral-storage": "3Gi"}},
    nodeSelector: {pool: component},
    tolerations: [{key: "dedicated", operator: "Equal", value: component, effect: "NoSchedule"}],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [zones]}]},
      },
      // Newer than the Kubernetes that cdk8s knows.
      podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "zone", mismatchLabelKeys: ["a"]}]},
    },
    topologySpreadConstraints: [{maxSkew: 2, topologyKey: "rack", whenUnsatisfiable: "ScheduleAnyway"}],
    priorityClassName: `${component}-first`,
    labels: {"example.com/team": component},
    annotations: {"example.com/cost": component},
  }) satisfies PodOptions;

const {topologySpreadConstraints: _, ...unspread} = options("cassandra");
const withOptions = (spec: object): object =>
  overlay(
    {
      ...Object.fromEntries(
        [
          "kafka",
          "timescaledb",
          "simulator",
          "ingester",
          "flink",
          "lake",
          "workflows",
          "checks",
          "warehouse",
          "bi",
          "predictions",
        ].map((key) => [key, {pod: options(key)}]),
      ),
      cassandra: {pod: unspread},
      observability: {console: {pod: options("console")}, alerting: {pod: options("alerting")}},
    },
    // An example's own options give way.
    JSON.parse(JSON.stringify(spec), (key, value) => (key === "pod" ? undefined : value)),
  );

/** Whose options the pods of a planned component have; the exporter of TimescaleDB is planned with the monitoring. */
const PARTS: Record<string, string> = {
  "ingester-timescaledb": "ingester",
  "ingester-cassandra": "ingester",
  "ingester-lake": "ingester",
  "ingester-canonical": "ingester",
  "alert-receiver": "alerting",
  monitoring: "timescaledb",
  "data-checks": "checks",
};

const objectsOf = (spec: object) =>
  planned(withOptions(spec)).flatMap(({component, objects}) =>
    objects.map((object) => ({part: PARTS[component.name] ?? component.name, object})),
  );
const ofKind = (spec: object, kind: string) => objectsOf(spec).find(({object}) => object.kind === kind)!.object.spec;

test.each(specs)("every pod of ours in %s is made and placed as spec.<component>.pod says", (_, spec) => {
  const pods = objectsOf(spec).flatMap(({part, object}) =>
    podsIn(object, `${object.kind} ${object.metadata.name}`).map(([path, pod]) => ({part, path, pod})),
  );
  expect(pods).not.toEqual([]);
  for (const {part, path, pod} of pods) {
    const {resources: _, topologySpreadConstraints, labels, annotations, ...placed} = options(part);
    expect(pod.spec, path).toMatchObject(placed);
    expect(pod.metadata, path).toMatchObject({labels, annotations});
    expect(pod.metadata.labels, path).toHaveProperty(["telemetry.dev/pipeline"], "fleet");
    if (part === "cassandra") continue;
    const [constraint] = pod.spec.topologySpreadConstraints;
    expect(constraint, path).toMatchObject(topologySpreadConstraints[0]!);
    expect(constraint.labelSelector.matchLabels, path).toHaveProperty(["telemetry.dev/pipeline"], "fleet");
  }
});

test("a profile's own spread of replicas stays where the spec does not speak of it", () => {
  const {affinity} = ofKind({profile: "Small"}, "Deployment").template.spec;
  expect(Object.keys(affinity).sort()).toEqual(["nodeAffinity", "podAffinity", "podAntiAffinity"]);
});

const node = {matchExpressions: [zones, {key: "pool", operator: "In", values: ["kafka"]}]};

test("Strimzi, whose pods have no nodeSelector, is told it as a node affinity", () => {
  const {labels, annotations, tolerations, priorityClassName} = options("kafka");
  for (const pod of [ofKind({}, "KafkaNodePool").template.pod, ofKind({}, "Kafka").entityOperator.template.pod]) {
    expect(pod).toMatchObject({metadata: {labels, annotations}, tolerations, priorityClassName});
    expect(pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
      nodeSelectorTerms: [node],
    });
    expect(pod.topologySpreadConstraints[0].labelSelector.matchLabels).toHaveProperty(["strimzi.io/cluster"], "fleet");
  }
});

test("K8ssandra is told where its nodes run by the one rack that there is", () => {
  const {labels, annotations, tolerations, priorityClassName} = options("cassandra");
  const {cassandra} = ofKind({}, "K8ssandraCluster");
  expect(cassandra).toMatchObject({
    metadata: {pods: {labels, annotations}},
    tolerations,
    podPriorityClassName: priorityClassName,
    racks: [{name: "default"}],
  });
  const {nodeSelectorTerms} = cassandra.racks[0].affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  expect(nodeSelectorTerms[0].matchExpressions).toEqual([zones, {key: "pool", operator: "In", values: ["cassandra"]}]);
});

test("Druid's processes are placed as spec.warehouse.pod says, and spread each kind by itself", () => {
  const {labels, annotations, topologySpreadConstraints, resources: _, ...placed} = options("warehouse");
  const druid = ofKind({lake: {enabled: true}, warehouse: {enabled: true}}, "Druid");
  expect(druid).toMatchObject({podLabels: labels, podAnnotations: annotations, ...placed});
  const {historicals, routers} = druid.nodes;
  expect([historicals, routers].map((node) => node.topologySpreadConstraints[0])).toMatchObject(
    ["historicals", "routers"].map((key) => ({
      ...topologySpreadConstraints[0],
      labelSelector: {matchLabels: {nodeSpecUniqueStr: `druid-fleet-warehouse-${key}`}},
    })),
  );
  expect([historicals.resources.limits.memory, routers.resources.limits.memory]).toEqual(["3Gi", "448Mi"]);
});

test.each(["Dev", "Small", "Production"])("in %s no JVM's heap exceeds the limit of its container", (profile) => {
  for (const memory of ["1Gi", "3Gi", "64Gi"]) {
    const pod = {resources: {limits: {memory}}};
    const spec = {profile, kafka: {pod}, cassandra: {pod}, flink: {enabled: true, pod}};
    const find = (kind: string) =>
      planned(spec)
        .flatMap(({objects}) => objects)
        .find((object) => object.kind === kind)!.spec;
    const pool = find("KafkaNodePool");
    const {cassandra} = find("K8ssandraCluster");
    expect([pool.resources, cassandra.resources]).toMatchObject(
      [memory, memory].map((amount) => ({requests: {memory: amount}, limits: {memory: amount}})),
    );
    for (const heap of [`${pool.jvmOptions["-Xmx"]}`.replace("m", "Mi"), cassandra.config.jvmOptions.heapSize])
      expect(bytesOf(heap)).toBeLessThanOrEqual(bytesOf(memory) / 2);
    expect(find("FlinkDeployment").taskManager.resource.memory).toBe(`${bytesOf(memory) / 2 ** 20}m`);
  }
});

test("a TaskManager of Flink gets what the spec gives it, and its CPU limit as a factor", () => {
  const {taskManager, jobManager, flinkConfiguration} = ofKind({flink: {enabled: true}}, "FlinkDeployment");
  expect(taskManager.resource).toEqual({cpu: 0.3, memory: "3072m", ephemeralStorage: "3Gi"});
  expect(jobManager.resource).toEqual({cpu: 0.1, memory: "1024m"});
  expect(flinkConfiguration["kubernetes.taskmanager.cpu.limit-factor"]).toBe("10");
});

test("the JobManager of Flink has resources of its own, and the TaskManagers keep theirs", () => {
  const resources = {requests: {cpu: "500m"}, limits: {cpu: "1", memory: "4Gi"}};
  const {taskManager, jobManager, flinkConfiguration} = ofKind(
    {flink: {enabled: true, jobManager: {resources}}},
    "FlinkDeployment",
  );
  expect(jobManager.resource).toEqual({cpu: 0.5, memory: "4096m"});
  expect(flinkConfiguration["kubernetes.jobmanager.cpu.limit-factor"]).toBe("2");
  expect(taskManager.resource).toMatchObject({cpu: 0.3, memory: "3072m"});
});

test("another label makes another Job, for the template of a live one cannot change", () => {
  const jobs = (labels: Record<string, string>) =>
    planned({cassandra: {pod: {labels}}, flink: {enabled: true, sql: {configMap: "more"}, pod: {labels}}})
      .flatMap(({objects}) => objects)
      .flatMap(({kind, metadata}) => (kind === "Job" && !metadata.name.includes("timescaledb") ? [metadata.name] : []));
  expect(jobs({team: "a"}).filter((name) => jobs({team: "b"}).includes(name))).toEqual([]);
  expect(jobs({team: "a"})).toHaveLength(2);
});
