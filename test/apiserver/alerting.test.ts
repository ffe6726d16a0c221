import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** Who is told of alerts: what the API server refuses, and what only the operator can see. */
const {admin} = h;
let stopFakes: () => Promise<void>;
let operator: h.RunningOperator;
const namespace = "alerting";

beforeAll(async () => {
  const token = await h.operatorToken();
  await h.removeAllPipelines();
  await h.applyUpstreamCrds();
  await h.namespace(namespace);
  stopFakes = startFakes(admin);
  operator = await h.startOperator({token});
}, 600_000);
afterAll(async () => {
  await h.removePipeline(namespace);
  await operator.stop();
  await stopFakes();
});

const withReceivers = (...receivers: object[]) => ({observability: {alerting: {receivers}}});
const slack = (name: string) => ({name, slack: {urlSecretRef: {name: "hooks", key: name}}});
const secret = (data: Record<string, string>) =>
  admin.apply(
    builtin.secret,
    {apiVersion: "v1", kind: "Secret", metadata: {name: "hooks", namespace}, stringData: data} as any,
    {fieldManager: "test"},
  );

test.each([
  ["two ways in one receiver", [{...slack("a"), teams: {urlSecretRef: {name: "x"}}}], /exactly one of email, slack/],
  ["none", [{name: "a"}], /exactly one of email, slack/],
  ["two of one name", [slack("a"), slack("a")], /receivers.*duplicate/i],
  [
    "a gateway that is no URL",
    [{name: "a", sms: {url: "sms.example.org", secret: "s", from: "x", to: ["+4917000001"]}}],
    /receivers\[0\]\.sms\.url/,
  ],
  [
    "a number without its country",
    [{name: "a", sms: {url: "https://x.example", secret: "s", from: "x", to: ["0170"]}}],
    /receivers\[0\]\.sms\.to\[0\]/,
  ],
  [
    "a user without a password",
    [{name: "a", email: {to: ["a@b.c"], from: "a@b.c", smarthost: "mail:25", username: "a"}}],
    /username and passwordSecretRef must be set together/,
  ],
  ["an unknown severity", [{...slack("a"), severities: ["fatal"]}], /severities\[0\].*"critical", "warning"/],
])("%s is refused with the field's name", async (_, receivers, message) => {
  const {apiVersion, kind} = telemetryPipeline;
  const manifest = {apiVersion, kind, metadata: {name: "fleet", namespace}, spec: withReceivers(...receivers)};
  await expect(admin.apply(telemetryPipeline, manifest, {fieldManager: "test", dryRun: true})).rejects.toThrow(message);
});

const config = () =>
  admin.get(
    {
      apiVersion: "monitoring.coreos.com/v1alpha1",
      kind: "AlertmanagerConfig",
      plural: "alertmanagerconfigs",
      namespaced: true,
    },
    {name: "fleet", namespace},
  );
const told = async () => (await config())?.spec.receivers.map(({name}: {name: string}) => name);
const alertingOf = (status: Parameters<typeof h.conditionOf>[0]) => h.conditionOf(status, "Alerting");

test("with nobody to tell, the pipeline is Ready and says so", async () => {
  await h.applyPipeline(namespace);
  expect(alertingOf(await h.untilReady(namespace))).toMatchObject({status: "False", reason: "NoReceivers"});
});

test("a receiver without its Secret is named with field and key; the pipeline goes on and the others are told", async () => {
  await secret({chat: "https://hooks.example.org/1"});
  await h.applyPipeline(namespace, withReceivers(slack("chat"), slack("team")));
  const status = await h.untilStatus(
    namespace,
    "the missing key",
    (seen) => alertingOf(seen)?.reason === "MissingSecret",
  );
  expect(alertingOf(status)!.message).toBe(
    "spec.observability.alerting.receivers[team].slack.urlSecretRef: Secret hooks lacks team; create it in namespace alerting with team; alerts are sent to 1 other receivers",
  );
  expect(h.isReady(status)).toBe(true);
  expect(await told()).toEqual(["own.nobody", "own.receiver", "chat"]);
});

test("a Secret that holds no URL is named; the corrected one is taken without another change", async () => {
  await secret({chat: "https://hooks.example.org/1", team: "hooks.example.org/2"});
  const status = await h.untilStatus(namespace, "no URL", (seen) => alertingOf(seen)?.reason === "InvalidReceiver");
  expect(alertingOf(status)!.message).toMatch(
    /receivers\[team\]\.slack\.urlSecretRef: Secret hooks, key team is not a URL/,
  );
  // What the Secret holds is told to nobody.
  expect(JSON.stringify(status)).not.toContain("hooks.example.org");
  await secret({chat: "https://hooks.example.org/1", team: "https://hooks.example.org/2"});
  await h.untilStatus(namespace, "all are told", (seen) => alertingOf(seen)?.status === "True");
  expect(await told()).toEqual(["own.nobody", "own.receiver", "chat", "team"]);
});

test("without TimescaleDB there is nowhere to keep messages: SMS and webhooks are named, the others are told", async () => {
  const hook = {name: "hook", webhook: {urlSecretRef: {name: "hooks", key: "chat"}}};
  await h.applyPipeline(namespace, {...withReceivers(slack("chat"), hook), timescaledb: {enabled: false}});
  const status = await h.untilStatus(namespace, "no store", (seen) => alertingOf(seen)?.reason === "InvalidReceiver");
  expect(alertingOf(status)!.message).toMatch(
    /receivers\[hook\]: SMS, webhooks and receivers with retry need spec\.timescaledb\.enabled/,
  );
  expect(await told()).toEqual(["own.nobody", "chat"]);
});

test("alerting that is switched off leaves no route and no receiver", async () => {
  await h.applyPipeline(namespace, {observability: {alerting: {enabled: false}}});
  const status = await h.untilStatus(namespace, "off", (seen) => alertingOf(seen)?.reason === "NotAlerting");
  expect(status.components?.map(({name}) => name)).not.toContain("alert-receiver");
  await h.untilObjects(
    namespace,
    "the routes to go",
    (names) => !names.some((name) => /^AlertmanagerConfig|^Deployment\/fleet-alert-receiver/.test(name)),
  );
});
