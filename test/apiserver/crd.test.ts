import {beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {UNIT_KINDS} from "../../api/event/units.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {instance} from "./cluster.ts";
import {defined, pipeline, refusalBy} from "./definition.ts";

let client: KubeClient;
beforeAll(async () => {
  client = await defined();
});
const refusal = (spec: object, name?: string) => refusalBy(client, spec, name);

test("an empty spec is accepted and its defaults are filled in", async () => {
  const live = await client.apply(telemetryPipeline, pipeline({}), {fieldManager: "test", dryRun: true});
  expect(live.spec).toEqual({profile: "Dev", state: "Running", paused: false, deletionPolicy: "Retain"});
});

test("pods are placed by all that Kubernetes knows of affinity", async () => {
  const term = {topologyKey: "kubernetes.io/hostname", labelSelector: {}, matchLabelKeys: ["pod-template-hash"]};
  const pod = {
    resources: {requests: {cpu: 1, memory: "4Gi"}, limits: {cpu: "2", memory: "4096Mi", "ephemeral-storage": "2G"}},
    nodeSelector: {"example.com/pool": "data"},
    tolerations: [{operator: "Exists", effect: "NoExecute", tolerationSeconds: 60}],
    affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [term]}},
    topologySpreadConstraints: [
      {maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: {matchLabels: {a: "b"}}},
    ],
    priorityClassName: "data",
    labels: {"example.com/team": "fleet", tier: ""},
    annotations: {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"},
  };
  const {topologySpreadConstraints: _, ...unspread} = pod;
  const parts = ["kafka", "timescaledb", "simulator", "ingester", "flink"].map((part) => [part, {pod}]);
  const spec = {
    ...Object.fromEntries(parts),
    cassandra: {pod: unspread},
    observability: {console: {pod}, alerting: {pod}},
  };
  const live = await client.apply(telemetryPipeline, pipeline(spec), {fieldManager: "test", dryRun: true});
  expect(live.spec).toMatchObject(spec);
});

test.each([
  ["a wrong type", {kafka: {replicas: "three"}}, /spec\.kafka\.replicas.*(integer|numeric)/],
  ["an unknown field", {kafka: {replica: 3}}, /spec\.kafka\.replica/],
  ["an external broker without an address", {kafka: {provider: "External"}}, /spec\.kafka\.external is required/],
  [
    "an address without a port",
    {kafka: {provider: "External", external: {bootstrapServers: "broker"}}},
    /spec\.kafka\.external\.bootstrapServers/,
  ],
  [
    "a schema registry with a login in its URL",
    {event: {schemaRegistry: {url: "https://user:password@schemas:8081"}}},
    /spec\.event\.schemaRegistry\.url.*a URL without a login is expected/,
  ],
  [
    "an MLflow with a login in its URL",
    {predictions: {mlflow: {url: "https://user:password@mlflow:5000"}}},
    /spec\.predictions\.mlflow\.url is not a URL.*a login belongs into the Secret of spec\.predictions\.mlflow\.secret/,
  ],
  ["an MLflow without a URL", {predictions: {mlflow: {secret: "login"}}}, /spec\.predictions\.mlflow\.url.*Required/],
  [
    "an experiment of MLflow's that is blank",
    {predictions: {mlflow: {url: "https://mlflow", experiment: " "}}},
    /spec\.predictions\.mlflow\.experiment must be a line of text/,
  ],
  ["a negative count", {simulator: {vehicles: -1}}, /spec\.simulator\.vehicles.*greater than or equal to 0/],
  [
    "a rate whose days do not fit into a partition",
    {simulator: {ratePerVehicle: 16.5}},
    /spec\.simulator\.ratePerVehicle is more than 16.*set it to 16 or less, or set spec\.cassandra\.enabled to false/,
  ],
  [
    "a request above its limit, a whole number beside a text",
    {kafka: {pod: {resources: {requests: {cpu: 2}, limits: {cpu: "1500m"}}}}},
    /spec\.kafka\.pod\.resources.*requests\.cpu must not exceed limits\.cpu: lower the request or raise the limit/,
  ],
  [
    "storage of the node above its limit",
    {ingester: {pod: {resources: {requests: {"ephemeral-storage": "2Gi"}, limits: {"ephemeral-storage": "1024Mi"}}}}},
    /requests\.ephemeral-storage must not exceed/,
  ],
  [
    "memory in which a JVM does not start",
    {flink: {pod: {resources: {limits: {memory: "512Mi"}}}}},
    /memory of each TaskManager must be at least 1Gi/,
  ],
  [
    "a label of the operator",
    {simulator: {pod: {labels: {"telemetry.dev/component": "mine"}}}},
    /spec\.simulator\.pod\.labels.*use a prefix of your own/,
  ],
  [
    "an annotation of Strimzi",
    {kafka: {pod: {annotations: {"strimzi.io/pod-name": "mine"}}}},
    /spec\.kafka\.pod\.annotations.*use a prefix of your own/,
  ],
  [
    "constraints that K8ssandra does not know",
    {
      cassandra: {
        pod: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway"}]},
      },
    },
    /K8ssandra has no such field.*use affinity/,
  ],
  ["a size without unit", {cassandra: {storage: "10"}}, /spec\.cassandra\.storage/],
  [
    "a path that is none",
    {event: {mapping: {vehicle: {path: "a..b"}}}},
    /spec\.event\.mapping\.vehicle\.path: .*a path is expected, such as gps\.lat/,
  ],
  [
    "a unit of something else",
    {event: {mapping: {fields: [{name: "speed", unit: "Kelvin"}]}}},
    /spec\.event\.mapping\.fields\[0\].*speed cannot have this unit: set unit to one of KilometersPerHour, /,
  ],
  [
    "two mappings of a field",
    {
      event: {
        mapping: {
          fields: [
            {name: "speed", path: "a"},
            {name: "speed", path: "b"},
          ],
        },
      },
    },
    /duplicate entries for key/,
  ],
  [
    "a constant with a path",
    {event: {mapping: {fields: [{name: "speed", path: "a", constant: 1}]}}},
    /a field has a constant or a path, not both: remove one of them/,
  ],
  ["an unknown profile", {profile: "Huge"}, /spec\.profile.*"Dev", "Small", "Production"/],
  [
    "two places for checkpoints",
    {flink: {storage: "3Gi", s3: {bucket: "checkpoints", secret: "bucket"}}},
    /remove s3, or storage and storageClass/,
  ],
  [
    "more ingesters than partitions",
    {kafka: {topic: {partitions: 2}}, ingester: {cassandra: {replicas: 3}}},
    /some pods would be idle: lower it or add partitions/,
  ],
  ["a duration of centuries", {kafka: {topic: {retention: "99999d"}}}, /spec\.kafka\.topic\.retention.*at most 36500d/],
  [
    "a duration with more digits than a figure has",
    {flink: {window: "999999999999999s"}},
    /spec\.flink\.window.*must be at most/,
  ],
  ["rows that outlive what Cassandra allows", {cassandra: {ttl: "7301d"}}, /spec\.cassandra\.ttl.*at most 7300d/],
  [
    "more chunks than have been tested",
    {timescaledb: {retention: "188d", chunkInterval: "1h"}},
    /spec\.timescaledb\.retention is more than 4000 times chunkInterval.*raise chunkInterval or shorten retention/,
  ],
  [
    "backups to nowhere",
    {timescaledb: {backup: {schedule: "@daily"}}},
    /timescaledb\.backup needs exactly one destination: set claim or s3/,
  ],
  [
    "recovery to a point in time from a volume",
    {timescaledb: {backup: {method: "PointInTime", claim: "dumps"}}},
    /PointInTime needs s3 with an https endpoint/,
  ],
  [
    "recovery to a point in time over plain http",
    {timescaledb: {backup: {method: "PointInTime", s3: {endpoint: "http://a:1", bucket: "abc", secret: "s"}}}},
    /PointInTime needs s3 with an https endpoint/,
  ],
  [
    "recovery to a point in time from an IPv6 address",
    {timescaledb: {backup: {method: "PointInTime", s3: {endpoint: "https://[::1]:1", bucket: "abc", secret: "s"}}}},
    /s3\.endpoint is an IPv6 address, which pgBackRest does not support: use a host name/,
  ],
  [
    "a port that is none",
    {kafka: {provider: "External", external: {bootstrapServers: "a:9092,b:65536"}}},
    /spec\.kafka\.external\.bootstrapServers/,
  ],
  [
    "an IPv6 address whose port nothing tells from it",
    {kafka: {provider: "External", external: {bootstrapServers: "2001:db8::1:9092"}}},
    /bootstrapServers.*an IPv6 address in brackets/,
  ],
  [
    "a port in the field of the host",
    {timescaledb: {external: {host: "[2001:db8::1]:5432", secret: "login"}}},
    /external\.host.*set a port in the field port/,
  ],
  [
    "dead letters in the topic of the events",
    {kafka: {provider: "External", external: {bootstrapServers: "a:9092", topic: "telemetry.dlq"}}},
    /would be read as events: use another name/,
  ],
  [
    "a Secret with a name that none can have",
    {timescaledb: {external: {host: "db", secret: "My Login"}}},
    /external\.secret/,
  ],
  ["labels that are none", {observability: {monitoring: {labels: {team: "a b"}}}}, /monitoring\.labels\.team/],
  [
    "a stream job without its database",
    {flink: {enabled: true}, timescaledb: {enabled: false}},
    /spec\.flink\.enabled needs/,
  ],
  [
    "a limit below the least replicas",
    {ingester: {cassandra: {replicas: 3, autoscale: {maxReplicas: 2}}}},
    /ingester\.cassandra.*autoscale\.maxReplicas is less than replicas/,
  ],
  [
    "a field with a name that a column has already",
    {event: {fields: [{name: "extra", type: "json"}]}},
    /event\.fields\[0\].*a column of the stores has this name already/,
  ],
  [
    "a field with a name that is none",
    {event: {fields: [{name: "Odo meter", type: "int"}]}},
    /event\.fields\[0\]\.name/,
  ],
  ["a field of a type that there is not", {event: {fields: [{name: "a", type: "date"}]}}, /event\.fields\[0\]\.type/],
  [
    "two fields of one name",
    {event: {fields: ["int", "json"].map((type) => ({name: "a", type}))}},
    /duplicate entries for key/,
  ],
  [
    "bounds of a text",
    {event: {fields: [{name: "a", type: "string", max: 9}]}},
    /min, max, .*are of numbers: remove them/,
  ],
  [
    "a unit of something else than the field holds",
    {event: {fields: [{name: "tyre", type: "double", unit: "bar", from: "Fahrenheit"}]}},
    /event\.fields\[0\].*tyre: from Fahrenheit is a unit of temperature: set unit to one of °C, °F, K, or from/,
  ],
  [
    "a unit without the one that is kept",
    {event: {fields: [{name: "tyre", type: "double", from: "Psi"}]}},
    /tyre: from Psi is a unit of pressure: set unit to one of kPa, /,
  ],
  [
    "a field with a path and a constant",
    {event: {fields: [{name: "tyre", type: "double", path: "a", constant: 1}]}},
    /a constant or a path, not both/,
  ],
  [
    "more fields than a table should have",
    {event: {fields: Array.from({length: 2_000}, (_, at) => ({name: `f${at}`, type: "int"}))}},
    /event\.fields: .*at most 200 items/,
  ],
  ["events by a path for a field", {event: {mapping: {vehicle: {path: "a.*"}}}}, /a path is expected/],
  [
    "the topic of dead letters among those of events",
    {kafka: {topic: {further: ["a", "telemetry.dlq"]}}},
    /spec\.kafka\.topic\.further has the topic of the events, of the dead letters, /,
  ],
  [
    "a stream job of several topics",
    {kafka: {topic: {pattern: "fleet-.*"}}, flink: {enabled: true}},
    /spec\.flink reads one topic: remove spec\.kafka\.topic\.further and pattern/,
  ],
  [
    "limits that every value is beyond",
    {observability: {alerting: {thresholds: {speed: {min: 130, max: 50}}}}},
    /thresholds\.speed.*min must be less than max/,
  ],
  [
    "compression on a server that cannot",
    {timescaledb: {compressAfter: "7d"}},
    /spec\.timescaledb\.compressAfter needs .*remove it, or use provider External/,
  ],
])("%s is refused with the field's name", async (_, spec, message) => {
  expect(await refusal(spec)).toMatch(message);
});

test("fields are converted from each unit of what they hold", async () => {
  const fields = UNIT_KINDS.flatMap(({units}, kind) =>
    units.map(({name}, at) => ({name: `f${kind}_${at}`, type: "double", unit: units[0]!.symbols[0], from: name})),
  );
  const topic = {further: Array.from({length: 100}, (_, at) => `fleet.${at}`), pattern: "trucks-.*"};
  const mapping = {events: "fleet.* | *[]", vehicle: {path: "@name"}, time: {zone: "America/Argentina/Buenos_Aires"}};
  expect(await refusal({event: {fields, mapping}, kafka: {topic}})).toBe("accepted");
});

test("what is at a limit is accepted", async () => {
  const external = {bootstrapServers: "a:65535,b:1", topic: "events", deadLetterTopic: "events.dlq"};
  const labels = {"example.com/team": "a-b.c_d", empty: ""};
  const spec = {
    kafka: {provider: "External", external, topic: {retention: "36500d"}},
    cassandra: {ttl: "631000000s"},
    ingester: {cassandra: {replicas: 2, autoscale: {maxReplicas: 2}}},
    observability: {monitoring: {labels}, alerting: {thresholds: {speed: {min: 0, max: 50}}}},
  };
  expect(await refusal(spec)).toMatch(/spec\.cassandra\.ttl/);
  expect(await refusal({...spec, cassandra: {ttl: "630720000s"}})).toBe("accepted");
});

test("a high rate is accepted where it fits, or nothing keeps it by the day", async () => {
  expect(await refusal({simulator: {ratePerVehicle: 16}})).toBe("accepted");
  expect(await refusal({simulator: {ratePerVehicle: 100}, cassandra: {enabled: false}})).toBe("accepted");
});

test("servers may have IPv6 addresses", async () => {
  const kafka = {provider: "External", external: {bootstrapServers: "[2001:db8::1]:9092,[::1]:9092,b:1"}};
  const timescaledb = {provider: "External", external: {host: "2001:db8::1", secret: "login"}};
  const contactPoints = ["2001:db8::1", "[::1]", "10.0.0.1"];
  const cassandra = {provider: "External", external: {contactPoints, datacenter: "dc1", secret: "login"}};
  const s3 = {endpoint: "http://[2001:db8::1]:8333", bucket: "states", secret: "bucket"};
  const email = {to: ["a@b.example"], from: "c@b.example", smarthost: "[2001:db8::1]:25"};
  const observability = {alerting: {receivers: [{name: "mail", email}]}};
  const spec = {kafka, timescaledb, cassandra, flink: {enabled: true, s3}, observability};
  expect(await refusal(spec)).toBe("accepted");
});

test("a name that would make Service names too long is refused with the limit", async () => {
  expect(await refusal({}, "a-name-that-is-longer-than-twenty")).toMatch(/at most 20 characters/);
});

test("a volume can grow and never shrink", async () => {
  const live = pipeline({kafka: {storage: "5Gi"}}, "sizes");
  await client.apply(telemetryPipeline, live, {fieldManager: "test"});
  try {
    expect(await refusal({kafka: {storage: "1Gi"}}, "sizes")).toMatch(/spec\.kafka\.storage can only grow/);
    expect(await refusal({kafka: {storage: "6Gi"}}, "sizes")).toBe("accepted");
  } finally {
    await client.delete(telemetryPipeline, live.metadata);
  }
});

test("a provider stays: data would not follow", async () => {
  const live = pipeline({}, "providers");
  await client.apply(telemetryPipeline, live, {fieldManager: "test"});
  try {
    const external = {host: "db.example.com", secret: "login"};
    expect(await refusal({timescaledb: {provider: "External", external}}, "providers")).toMatch(
      /spec\.timescaledb\.provider cannot change/,
    );
    expect(await refusal({timescaledb: {provider: "Managed"}}, "providers")).toBe("accepted");
  } finally {
    await client.delete(telemetryPipeline, live.metadata);
  }
});

test("what makes two events the same stays: it is the key of the tables", async () => {
  const event = {identity: "VehicleTimeAndPosition"};
  await client.apply(telemetryPipeline, pipeline({event}, "identities"), {fieldManager: "test"});
  try {
    for (const spec of [{event: {identity: "VehicleAndTime"}}, {event: {quality: {maxSpeed: 200}}}, {}])
      expect(await refusal(spec, "identities")).toMatch(/spec\.event\.identity cannot change on a live pipeline/);
    expect(await refusal({event: {...event, quality: {maxSpeed: 200}}}, "identities")).toBe("accepted");
    expect(await refusal({event: {quality: {ignore: ["Jumps"]}}}, "other")).toMatch(/Unsupported value: "Jumps"/);
  } finally {
    await client.delete(telemetryPipeline, {namespace: "default", name: "identities"});
  }
});

test("kubectl get tp shows what a user asks first", async () => {
  const live = pipeline({}, "columns");
  await client.apply(telemetryPipeline, live, {fieldManager: "test"});
  try {
    const [heading, row] = (await kubectl(instance, ["get", "tp"])).split("\n");
    expect(heading!.split(/ +/).slice(0, 5)).toEqual(["NAME", "READY", "PHASE", "VEHICLES", "FRESHNESS"]);
    expect(row).toMatch(/^columns /);
  } finally {
    await client.delete(telemetryPipeline, live.metadata);
  }
});
