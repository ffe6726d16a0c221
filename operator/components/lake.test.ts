import {expect, test} from "vitest";
import {type PipelineSpec, resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {passwordSecrets} from "../reconcile/passwords.ts";
import {plan} from "../reconcile/plan.ts";
import {lake} from "./lake.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, `password of ${name}`]));
const planned = (spec: PipelineSpec, changed = {}): any[] =>
  plan({
    name: "fleet",
    namespace: "cars",
    spec: resolveSpec(spec),
    images: defaultImages,
    passwords: {...passwords, ...changed},
  }).find(({component}) => component.name === "lake")!.objects;
const oneOf = (objects: any[], kind: string, name = "fleet-lake") =>
  objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
const production = {profile: "Production", lake: {enabled: true}} as const;
const external = {
  s3: {endpoint: "https://minio.example.com:9000", bucket: "cars", secret: "minio"},
  catalog: {uri: "https://polaris.example.com/api/catalog", warehouse: "fleet", secret: "polaris"},
  caSecret: "lake-ca",
};
const existing: PipelineSpec = {lake: {enabled: true, provider: "External", external}};

/** Validates a change of the object of a kind. */
const change = (kind: string, was: PipelineSpec, is: PipelineSpec) => () =>
  lake.validate!([{planned: oneOf(planned(is), kind), live: oneOf(planned(was), kind)}], resolveSpec(is));

test("volumes of one server grow and do not shrink, and keep their class", () => {
  const of = (more: object): PipelineSpec => ({lake: {enabled: true, ...more}});
  expect(change("StatefulSet", of({storage: "10Gi"}), of({storage: "20Gi"}))).not.toThrow();
  expect(change("StatefulSet", of({storage: "20Gi"}), of({storage: "10Gi"}))).toThrow(
    /^spec\.lake\.storage: 10Gi is less than the live 20Gi/,
  );
  expect(change("StatefulSet", of({}), of({storageClass: "fast"}))).toThrow(/^spec\.lake\.storageClass: fast/);
});

test("of replicated servers the number grows, and the volumes stay as they are", () => {
  const of = (more: object) => ({...production, lake: {enabled: true, ...more}});
  expect(change("Seaweed", of({}), of({volumeServers: 5}))).not.toThrow();
  expect(change("Seaweed", of({volumeServers: 5}), of({}))).toThrow(
    /^spec\.lake\.volumeServers: 3 is less than the live 5/,
  );
  expect(change("Seaweed", of({storage: "500Gi"}), of({storage: "1Ti"}))).toThrow(
    /^spec\.lake\.storage: 1Ti is not the live 500Gi.*raise spec\.lake\.volumeServers$/,
  );
  expect(change("Seaweed", of({}), of({storageClass: "fast"}))).toThrow(/^spec\.lake\.storageClass: fast/);
});

test("a new password of a login changes the server's file, and restarts its pod and the login's own", () => {
  const before = planned({lake: {enabled: true}});
  const after = planned({lake: {enabled: true}}, {"fleet-lake-reader": "another"});
  const mark = (objects: any[]) => oneOf(objects, "StatefulSet").spec.template.metadata.annotations;
  expect(mark(after)).not.toEqual(mark(before));
  const file = JSON.parse(
    Buffer.from(oneOf(after, "Secret", "fleet-lake-identities").data["identities.json"], "base64").toString(),
  );
  const reader = file.identities.find(({name}: any) => name === "telemetry-reader");
  expect(reader).toMatchObject({credentials: [{secretKey: "another"}], actions: ["Read", "List"]});
  // The set-up does not log in as the reader.
  expect(oneOf(after, "Job").metadata.name).toBe(oneOf(before, "Job").metadata.name);
});

test("no server of ours phones home", () => {
  expect(oneOf(planned({lake: {enabled: true}}), "StatefulSet").spec.template.spec.containers[0].args).toContain(
    "-master.telemetry=false",
  );
  expect(oneOf(planned(production), "Seaweed").spec.master.extraArgs).toContain("-telemetry=false");
});

test("Production has copies on different nodes, and stopped it keeps nothing but address and logins", () => {
  const {master, volume} = oneOf(planned(production), "Seaweed").spec;
  expect(master).toMatchObject({replicas: 3, defaultReplication: "001"});
  expect(volume.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toHaveLength(1);
  const stopped = planned({...production, state: "Stopped"});
  expect(oneOf(stopped, "Seaweed")).toBeUndefined();
  expect(oneOf(stopped, "Service")).toBeDefined();
});

test("with an existing store there are no servers and no logins of ours, and policies open its ports", () => {
  const objects = planned({...existing, networkPolicies: {enabled: true}});
  expect(objects.map(({kind}) => kind)).toEqual(["NetworkPolicy", "Job", "CronJob"]);
  expect(JSON.stringify(objects[0].spec.egress)).toContain('"port":9000');
  expect(JSON.stringify(objects[0].spec.egress)).toContain('"port":443');
  const [{env}] = oneOf(objects, "Job").spec.template.spec.containers;
  const values = Object.fromEntries(
    env.map(({name, value, valueFrom}: any) => [name, value ?? valueFrom.secretKeyRef]),
  );
  expect(values).toEqual({
    LAKE_S3_ENDPOINT: "https://minio.example.com:9000",
    LAKE_S3_REGION: "us-east-1",
    LAKE_S3_PATH_STYLE: "true",
    LAKE_BUCKET: "cars",
    AWS_ACCESS_KEY_ID: {name: "minio", key: "accessKeyId"},
    AWS_SECRET_ACCESS_KEY: {name: "minio", key: "secretAccessKey"},
    LAKE_CATALOG_URI: "https://polaris.example.com/api/catalog",
    LAKE_WAREHOUSE: "fleet",
    LAKE_NAMESPACE: "telemetry",
    LAKE_CATALOG_AUTH: "oauth2",
    LAKE_CATALOG_CLIENT_ID: {name: "polaris", key: "clientId"},
    LAKE_CATALOG_CLIENT_SECRET: {name: "polaris", key: "clientSecret"},
    LAKE_CATALOG_OAUTH2_URI: "https://polaris.example.com/api/catalog/v1/oauth/tokens",
    LAKE_CA: "/etc/lake-ca/ca.crt",
  });
});

test("an existing store's Secrets are named by field, with the keys that they need", () => {
  expect(lake.secrets!(resolveSpec(existing))).toEqual([
    {field: "spec.lake.external.s3.secret", name: "minio", keys: ["accessKeyId", "secretAccessKey"]},
    {field: "spec.lake.external.catalog.secret", name: "polaris", keys: ["clientId", "clientSecret"]},
    {field: "spec.lake.external.caSecret", name: "lake-ca", keys: ["ca.crt"]},
  ]);
});
