import {beforeAll, expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {typeOf} from "../../operator/reconcile/kinds.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {defined, refusalBy} from "./definition.ts";
import * as h from "./harness.ts";

/** What the API server says of a lake, and of what a plan of one has. */
let client: KubeClient;
beforeAll(async () => {
  client = await defined();
});

const s3 = {bucket: "cars", secret: "aws"};
const catalog = {uri: "https://polaris.example.com/api/catalog", warehouse: "fleet", secret: "polaris"};
const existing = (more: {s3?: object; catalog?: object} = {}) => ({
  lake: {
    enabled: true,
    provider: "External",
    external: {s3: {...s3, ...more.s3}, catalog: {...catalog, ...more.catalog}},
  },
});
const sigv4 = {uri: "https://glue.eu-central-1.amazonaws.com/iceberg", secret: undefined, auth: "SigV4"};

test.each([
  ["too many commits", {lake: {commitInterval: "4s"}}, /spec\.lake\.commitInterval must be from 5s to 1h/],
  ["too few commits", {lake: {commitInterval: "2h"}}, /spec\.lake\.commitInterval must be from 5s to 1h/],
  ["an existing store without an address", {lake: {provider: "External"}}, /spec\.lake\.external is required/],
  ["OAuth2 without a login", existing({catalog: {secret: undefined}}), /catalog\.secret is required with auth OAuth2/],
  ["a login that nobody uses", existing({catalog: {auth: "SigV4"}}), /catalog\.secret .* unused otherwise/],
  [
    "a scope without OAuth2",
    existing({catalog: {...sigv4, scope: "all"}}),
    /catalog\.oauth2Uri and scope are for auth OAuth2 only/,
  ],
  ["a catalogue that is no URL", existing({catalog: {uri: "https://a b"}}), /not a URL of http or https.*example\.com/],
  ["a namespace that SQL cannot name", existing({catalog: {namespace: "my-fleet"}}), /catalog\.namespace/],
  ["servers where there is one", {lake: {volumeServers: 3}}, /spec\.lake\.volumeServers is for profile Production/],
  [
    "a spread that the SeaweedFS operator does not know",
    {profile: "Production", lake: {pod: {topologySpreadConstraints: []}}},
    /spec\.lake\.pod\.topologySpreadConstraints: .*use spec\.lake\.pod\.affinity/,
  ],
])("%s is refused with the field's name and the fix", async (_, spec, message) => {
  expect(await refusalBy(client, spec)).toMatch(message);
});

test.each([
  ["one with an interval at each limit", {lake: {enabled: true, commitInterval: "3600s", retention: "30d"}}],
  ["Polaris by an IPv6 address", existing({catalog: {uri: "https://[2001:db8::1]:8443/api/catalog"}})],
  ["Glue", existing({catalog: sigv4})],
  ["a catalogue without logins", existing({catalog: {secret: undefined, auth: "None", namespace: "fleet_1"}})],
  ["MinIO", existing({s3: {endpoint: "http://minio:9000", pathStyle: true}})],
])("%s is accepted", async (_, spec) => {
  expect(await refusalBy(client, spec)).toBe("accepted");
});

test("of a lake of profile Production every object passes strict validation, the Seaweed included", async () => {
  await h.applyUpstreamCrds();
  await h.namespace("lakes");
  const pod = {nodeSelector: {disk: "large"}, labels: {"example.com/team": "data"}};
  const spec = resolveSpec({profile: "Production", lake: {enabled: true, storage: "1Ti", volumeServers: 4, pod}});
  const context = {name: "strict", namespace: "lakes", spec, images: defaultImages, passwords: {}};
  const {objects} = plan(context).find(({component}) => component.name === "lake")!;
  expect(objects.map(({kind}) => kind)).toContain("Seaweed");
  for (const object of objects) await h.admin.apply(typeOf(object), object, {fieldManager: "test", dryRun: true});
});
