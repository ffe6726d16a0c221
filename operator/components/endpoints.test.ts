import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {parse} from "yaml";
import {crd} from "../../api/crd.ts";
import {type PipelineSpec, resolveSpec} from "../../api/pipeline.ts";
import {statusSchema} from "../../api/status.ts";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {type BuildContext, defaultImages} from "../../cdk8s/context.ts";
import {passwordSecrets} from "../reconcile/passwords.ts";
import {plan} from "../reconcile/plan.ts";
import {components} from "./all.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"]));
const contextOf = (spec: PipelineSpec, extra: Partial<BuildContext> = {}): BuildContext => ({
  name: "fleet",
  namespace: "cars",
  spec: resolveSpec(spec),
  images: defaultImages,
  passwords,
  ...extra,
});

/** As the status has them, by name. */
function endpointsOf(context: BuildContext): Record<string, Record<string, any>> {
  const enabled = components.filter((component) => component.enabled(context.spec));
  const found = enabled.flatMap(({endpoints}) => endpoints?.(context) ?? []);
  return Object.fromEntries(JSON.parse(JSON.stringify(found)).map((endpoint: any) => [endpoint.name, endpoint]));
}

const dc = newDatacenter("fleet");
const managed = {
  kafka: {
    name: "kafka",
    protocol: "kafka",
    address: "fleet-kafka-bootstrap.cars.svc.cluster.local:9092",
    topic: "telemetry",
    tls: false,
    mechanism: "SCRAM-SHA-512",
  },
  timescaledb: {
    name: "timescaledb",
    protocol: "postgresql",
    address: "fleet-timescaledb.cars.svc.cluster.local",
    port: 5432,
    database: "telemetry",
    tls: false,
    secret: "fleet-timescaledb-reader",
    secretKeys: ["username", "password"],
  },
  cassandra: {
    name: "cassandra",
    protocol: "cql",
    address: `fleet-${dc}-service.cars.svc.cluster.local`,
    port: 9042,
    keyspace: "telemetry",
    datacenter: dc,
    tls: false,
    secret: "fleet-cassandra-reader",
    secretKeys: ["username", "password"],
  },
  console: {
    name: "console",
    protocol: "http",
    address: "fleet-console.cars.svc.cluster.local",
    port: 8080,
    tls: false,
    secret: "fleet-console",
    secretKeys: ["password"],
  },
};

test("an empty spec has an endpoint of Kafka, of each store and of the console", () => {
  expect(endpointsOf(contextOf({}))).toEqual(managed);
});

test("with TLS, from profile Small on, Kafka has another port and the CA that signs its certificates", () => {
  const {kafka, ...others} = endpointsOf(contextOf({profile: "Small"}));
  expect(kafka).toEqual({
    ...managed.kafka,
    address: "fleet-kafka-bootstrap.cars.svc.cluster.local:9093",
    tls: true,
    caSecret: "fleet-cluster-ca-cert",
  });
  expect(others).toEqual({...managed, kafka: undefined});
});

test("what is switched off has no endpoint", () => {
  const spec = {cassandra: {enabled: false}, observability: {console: {enabled: false}}};
  expect(Object.keys(endpointsOf(contextOf(spec)))).toEqual(["kafka", "timescaledb"]);
});

test("Cassandra that keeps its datacenter has an address by that name", () => {
  const {cassandra} = endpointsOf(contextOf({}, {facts: {cassandra: {datacenter: "dc1"}}}));
  expect(cassandra).toMatchObject({datacenter: "dc1", address: "fleet-dc1-service.cars.svc.cluster.local"});
});

const external: PipelineSpec = {
  kafka: {
    provider: "External",
    external: {
      bootstrapServers: "b0:9094,[2001:db8::1]:9094",
      topic: "cars",
      secret: "kafka-owner",
      caSecret: "kafka-ca",
    },
  },
  timescaledb: {provider: "External", external: {host: "[2001:db8::2]", port: 6432, secret: "pg-owner", tls: true}},
  cassandra: {
    provider: "External",
    external: {contactPoints: ["c1", "[2001:db8::3]"], datacenter: "eu", keyspace: "cars", secret: "cassandra-owner"},
  },
};

test("external servers have their own addresses, and no login: the pipeline's writes", () => {
  const {console, ...endpoints} = endpointsOf(contextOf(external));
  expect(endpoints).toEqual({
    kafka: {
      name: "kafka",
      protocol: "kafka",
      address: "b0:9094,[2001:db8::1]:9094",
      topic: "cars",
      tls: true,
      mechanism: "SCRAM-SHA-512",
      caSecret: "kafka-ca",
    },
    timescaledb: {
      name: "timescaledb",
      protocol: "postgresql",
      address: "2001:db8::2",
      port: 6432,
      tls: true,
      secret: "pg-owner",
      secretKeys: ["database"],
    },
    cassandra: {
      name: "cassandra",
      protocol: "cql",
      address: "c1,2001:db8::3",
      port: 9042,
      keyspace: "cars",
      datacenter: "eu",
      tls: false,
    },
  });
});

const lake = {
  "lake-s3": {
    name: "lake-s3",
    protocol: "s3",
    address: "fleet-lake.cars.svc.cluster.local",
    port: 8333,
    tls: false,
    secret: "fleet-lake-reader",
    secretKeys: ["accessKeyId", "secretAccessKey"],
    bucket: "lake",
    region: "us-east-1",
  },
  "lake-catalog": {
    name: "lake-catalog",
    protocol: "iceberg-rest",
    address: "fleet-lake.cars.svc.cluster.local",
    port: 8181,
    tls: false,
    secret: "fleet-lake-reader",
    secretKeys: ["accessKeyId", "secretAccessKey"],
    url: "http://fleet-lake.cars.svc.cluster.local:8181",
    warehouse: "warehouse",
    namespace: "telemetry",
  },
};

test("a lake has two endpoints, with a login that only reads", () => {
  expect(endpointsOf(contextOf({lake: {enabled: true}}))).toEqual({...managed, ...lake});
});

test("an existing object store and catalogue have their own addresses, and no login: the pipeline's writes", () => {
  const spec: PipelineSpec = {
    lake: {
      enabled: true,
      provider: "External",
      external: {
        s3: {bucket: "cars", region: "eu-central-1", secret: "aws"},
        catalog: {uri: "https://[2001:db8::4]:8443/api/catalog", warehouse: "fleet", secret: "polaris"},
        caSecret: "lake-ca",
      },
    },
  };
  const endpoints = endpointsOf(contextOf(spec));
  expect(endpoints["lake-s3"]).toEqual({
    name: "lake-s3",
    protocol: "s3",
    address: "s3.eu-central-1.amazonaws.com",
    port: 443,
    tls: true,
    caSecret: "lake-ca",
    bucket: "cars",
    region: "eu-central-1",
  });
  expect(endpoints["lake-catalog"]).toEqual({
    name: "lake-catalog",
    protocol: "iceberg-rest",
    address: "2001:db8::4",
    port: 8443,
    tls: true,
    caSecret: "lake-ca",
    url: "https://[2001:db8::4]:8443/api/catalog",
    warehouse: "fleet",
    namespace: "telemetry",
  });
});

test("what only the Secret of an external PostgreSQL has is named by its key", () => {
  const spec: PipelineSpec = {timescaledb: {provider: "External", external: {secret: "cnpg-app"}}};
  const logins = {"cnpg-app": {content: "-", keys: ["dbname", "host", "password", "username"]}};
  const {timescaledb} = endpointsOf(contextOf(spec, {logins}));
  expect(timescaledb).toMatchObject({port: 5432, secret: "cnpg-app", secretKeys: ["host", "dbname"]});
  expect(timescaledb).not.toHaveProperty("address");
});

test("an external Kafka without a Secret has no mechanism", () => {
  const spec: PipelineSpec = {kafka: {provider: "External", external: {bootstrapServers: "b0:9092"}}};
  const {kafka} = endpointsOf(contextOf(spec));
  expect(kafka).toEqual({name: "kafka", protocol: "kafka", address: "b0:9092", topic: "telemetry", tls: false});
});

test.each([
  ["managed", {}],
  ["Small", {profile: "Small"}],
  ["a lake", {lake: {enabled: true}}],
  ["a warehouse", {lake: {enabled: true}, warehouse: {enabled: true}}],
] as [string, PipelineSpec][])(
  "each Service, port, Secret and key of %s is in the plan, or Strimzi's or K8ssandra's",
  (_, spec) => {
    const context = contextOf(spec);
    const objects = plan(context).flatMap((component) => component.objects);
    const named = (kind: string, name: string) =>
      objects.find(({kind: of, metadata}) => of === kind && metadata.name === name);
    for (const {name, address, port, secret, secretKeys} of Object.values(endpointsOf(context))) {
      if (name === "kafka") continue;
      if (secret) expect(Object.keys(named("Secret", secret)!.data)).toEqual(expect.arrayContaining(secretKeys));
      if (name === "cassandra") continue;
      const [service, namespace] = address.split(".");
      expect(namespace).toBe(context.namespace);
      expect(named("Service", service)!.spec.ports).toContainEqual(expect.objectContaining({port}));
    }
    const listeners: any[] = named("Kafka", "fleet")!.spec.kafka.listeners;
    const {kafka} = endpointsOf(context);
    const listener = listeners.find(({port}) => kafka!.address.endsWith(`:${port}`));
    expect(listener).toMatchObject({tls: kafka!.tls, authentication: {type: kafka!.mechanism.toLowerCase()}});
  },
);

test("the definition takes every field of an endpoint", () => {
  const {properties} = crd().spec.versions[0]!.schema.openAPIV3Schema.properties.status as any;
  const fields = Object.keys(properties.endpoints.items.properties);
  const used = [
    {lake: {enabled: true}, warehouse: {enabled: true}},
    {profile: "Small"} as PipelineSpec,
    external,
  ].flatMap((spec) => Object.values(endpointsOf(contextOf(spec))));
  expect([...new Set(used.flatMap(Object.keys))].sort()).toEqual(fields.sort());
  expect(statusSchema.parse({endpoints: used}).endpoints).toEqual(used);
});

test("the variables of docs/applications.md are what the status says", () => {
  const fences = readFileSync("docs/applications.md", "utf8").matchAll(/^```yaml\n(.*?)^```/gms);
  const {env} = [...fences].map(([, text]) => parse(text!)).find((manifest) => "env" in manifest);
  const variables = new Map<string, any>(env.map((variable: {name: string}) => [variable.name, variable]));
  const values = (...names: string[]) =>
    names.map((name) => {
      const {value} = variables.get(name);
      return value.replace("NAMESPACE.svc", "cars.svc.cluster.local").replace("DATACENTER", dc);
    });
  const {kafka, timescaledb, cassandra} = endpointsOf(contextOf({}));
  expect(values("KAFKA_BROKERS")).toEqual([kafka!.address]);
  expect(values("PGHOST", "PGDATABASE")).toEqual([timescaledb!.address, timescaledb!.database]);
  expect(values("CASSANDRA_HOST", "CASSANDRA_DATACENTER")).toEqual([cassandra!.address, dc]);
  for (const [endpoint, login] of [
    [timescaledb, ["PGUSER", "PGPASSWORD"]],
    [cassandra, ["CASSANDRA_USERNAME", "CASSANDRA_PASSWORD"]],
  ] as const)
    expect(login.map((name) => variables.get(name).valueFrom.secretKeyRef)).toEqual(
      endpoint!.secretKeys.map((key: string) => ({name: endpoint!.secret, key})),
    );
});
