import {resolveSpec} from "../../api/pipeline.ts";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parse, stringify} from "yaml";
import {defaultImages} from "../../cdk8s/context.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, "not-random"]));
const uid = "5d1a7c2e-0b5f-4d6e-9a3c-7e2f8b4c6d10";
const planOf = (spec: object) =>
  plan({name: "fleet", namespace: "default", uid, spec: resolveSpec(spec), images: defaultImages, passwords});
const example = (name: string) =>
  parse(readFileSync(join(import.meta.dirname, "../../examples", `${name}.yaml`), "utf8")).spec ?? {};

/** Without what other plans show. */
const BARE = {cassandra: {enabled: false}, observability: {monitoring: {enabled: false}, console: {enabled: false}, alerting: {enabled: false}}};
const SEGMENTS = {region: "eu-central-1", bucket: "segments", secret: "segments"};

/** `make golden` writes them anew; a change of a plan is then seen in its diff. */
test.each([
  ["minimal", example("minimal")],
  ["small", example("small")],
  ["production", example("production")],
  ["backup", example("backup")],
  ["point-in-time", example("point-in-time")],
  ["windows", example("windows")],
  ["scheduling", example("scheduling")],
  ["lake", example("lake")],
  ["workflows", example("workflows")],
  ["warehouse", {...example("analytics"), bi: {enabled: false}, ...BARE}],
  ["bi-superset", {lake: {enabled: true}, warehouse: {enabled: true}, bi: {enabled: true, provider: "Superset", url: "https://reports.example.com"}, ...BARE}],
  ["predictions", {lake: {enabled: true}, predictions: {enabled: true, coldChain: {max: -12, threshold: 0.8}}, ...BARE}],
  ["bi-metabase", {profile: "Small", bi: {enabled: true, database: {host: "db.example.com", secret: "metabase", caSecret: "db-ca"}, coldChain: {max: -12}}, ...BARE}],
  ["warehouse-production", {profile: "Production", warehouse: {enabled: true, s3: SEGMENTS}, ...BARE}],
  ["warehouse-external", {warehouse: {enabled: true, provider: "External", external: {url: "https://druid.example.com:8888", secret: "druid", caSecret: "druid-ca", table: "cars"}}, ...BARE}],
  [
    "workflows-git",
    {
      profile: "Small",
      workflows: {
        enabled: true,
        executor: "Kubernetes",
        triggerer: true,
        url: "https://airflow.example.com",
        database: {host: "db.example.com", secret: "airflow", caSecret: "db-ca"},
        dags: {git: {repository: "https://git.example.com/dags.git", ref: "main", folder: "dags", image: "git-sync:v4", secret: "git", interval: "1m"}},
      },
    },
  ],
  [
    "workflows-oidc",
    {
      workflows: {
        enabled: true,
        oidc: {issuer: "https://login.example.com:8443/realms/cars", clientId: "airflow", secret: "airflow-oidc", scopes: "openid profile email", rolesClaim: "realm_access.roles", roles: {"fleet-admins": "Admin"}, defaultRole: "Viewer"},
      },
    },
  ],
  [
    "windows-s3",
    {flink: {enabled: true, stateBackend: "RocksDB", s3: {endpoint: "http://objects:8333", bucket: "checkpoints", secret: "bucket"}}, profile: "Small"},
  ],
  [
    "canonical",
    {event: {mapping: {vehicle: {path: "imei"}}}, flink: {enabled: true}, cassandra: {enabled: false}, observability: {monitoring: {enabled: false}}},
  ],
  ["stopped", {state: "Stopped"}],
  ["kafka-only", {timescaledb: {enabled: false}, cassandra: {enabled: false}, simulator: {enabled: false}}],
])("the plan of %s is the one in %s.yaml", async (name, spec) => {
  const documents = planOf(spec).flatMap(({objects}) => objects.map((object) => stringify(object)));
  await expect(documents.join("---\n")).toMatchFileSnapshot(`${name}.yaml`);
});

test("the same spec gives the same plan", () => {
  expect(planOf({profile: "Production"})).toEqual(planOf({profile: "Production"}));
});

test("a disabled component leaves nothing in the plan, nor anything that would wait for it", () => {
  const names = planOf({cassandra: {enabled: false}}).map(({component}) => component.name);
  expect(names).toEqual(
    "kafka timescaledb ingester-timescaledb simulator console alert-receiver monitoring alert-routes grafana grafana-operator".split(" "),
  );
});

test.each([
  [undefined, "last-state"],
  ["", "stateless"],
  ["another", "stateless"],
])("a stream job whose live state is of the SQL %o is upgraded %s", (liveSql, upgradeMode) => {
  const context = {name: "fleet", namespace: "default", spec: resolveSpec({flink: {enabled: true}}), images: defaultImages};
  const objects = plan({...context, passwords, facts: {flink: {liveSql}}}).flatMap((component) => component.objects);
  expect(objects.find(({kind}) => kind === "FlinkDeployment")?.spec.job.upgradeMode).toBe(upgradeMode);
});
