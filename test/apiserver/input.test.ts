import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** What a user gets wrong and only the operator can see: said with the field and the fix, and put right without touching the pipeline. */
const {admin} = h;
const MANAGER = {fieldManager: "test"};
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  const token = await h.operatorToken();
  await h.applyCrds(h.upstreamCrds());
  stopFakes = startFakes(admin);
  operator = await h.startOperator({token});
  await h.namespace("input");
});
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

const secret = (name: string, data: Record<string, string>) =>
  admin.apply(
    builtin.secret,
    {apiVersion: "v1", kind: "Secret", metadata: {name, namespace: "input"}, stringData: data},
    MANAGER,
  );
const claim = (name: string) =>
  admin.apply(
    builtin.persistentVolumeClaim,
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {name, namespace: "input"},
      spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "1Gi"}}},
    },
    MANAGER,
  );
/** What every pod trusts: some certificate in PEM. */
const certificate = async () =>
  (await admin.get(builtin.configMap, {name: "kube-root-ca.crt", namespace: "input"}))!.data["ca.crt"];

async function untilRefused(reason: string, message: RegExp) {
  const status = await h.untilStatus("input", reason, ({phase}) => phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    status: "False",
    reason,
    message: expect.stringMatching(message),
  });
  expect(h.conditionOf(status, "Ready")).toMatchObject({status: "False", reason});
}

const backup = (more: object) => ({cassandra: {enabled: false}, timescaledb: {backup: more}});

test("backups to a claim that nobody made", async () => {
  await h.applyPipeline("input", backup({claim: "dumps"}));
  await untilRefused(
    "MissingClaim",
    /spec\.timescaledb\.backup\.claim: PersistentVolumeClaim dumps does not exist; make it in namespace input/,
  );
  expect((await h.objectsIn("input")).has("CronJob/fleet-timescaledb-backup")).toBe(false);
  await claim("dumps");
  await h.untilReady("input");
  expect((await h.objectsIn("input")).has("CronJob/fleet-timescaledb-backup")).toBe(true);
});

test("a schedule that cron does not know, on a pipeline that runs", async () => {
  await h.applyPipeline("input", backup({claim: "dumps", schedule: "0 24 * * *"}));
  await untilRefused("InvalidSchedule", /spec\.timescaledb\.backup\.schedule: hour 24 is not within 0 and 23/);
  await h.applyPipeline("input", backup({claim: "dumps", schedule: "0 23 * * mon-fri"}));
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("rows that would live longer than Cassandra can count", async () => {
  await h.applyPipeline("input", {cassandra: {ttl: "7300d"}});
  await untilRefused("TtlTooLong", /spec\.cassandra\.ttl: 7300d: .*2038-01-19.*set it to \d+d or less/);
  const {message} = h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!;
  await h.applyPipeline("input", {cassandra: {ttl: /set it to (\d+d)/.exec(message)![1]}});
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("a label with a name that none can have", async () => {
  await h.applyPipeline("input", {observability: {monitoring: {labels: {"a b": "x"}}}});
  await untilRefused("InvalidLabel", /spec\.observability\.monitoring\.labels: "a b" is no name of a label/);
  await h.applyPipeline("input", {observability: {monitoring: {labels: {"example.com/team": "x"}}}});
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("a Secret that lacks a key, then holds no certificate", async () => {
  const external = {host: "db.example.com", secret: "login", tls: true, caSecret: "authority"};
  await h.applyPipeline("input", {cassandra: {enabled: false}, timescaledb: {provider: "External", external}});
  await untilRefused("MissingSecret", /spec\.timescaledb\.external\.secret: Secret login does not exist/);
  await secret("login", {username: "u", password: "p"});
  await waitFor("the key", 60_000, async () =>
    /lacks database/.test(h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!.message),
  );
  await secret("login", {username: "u", password: "p", database: "d"});
  await secret("authority", {"ca.crt": "not a certificate"});
  await waitFor("the certificate", 60_000, async () =>
    /caSecret: Secret authority: ca\.crt holds no certificate/.test(
      h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!.message,
    ),
  );
  await untilRefused("InvalidSecret", /put it there as PEM/);
  await secret("authority", {"ca.crt": await certificate()});
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("the operator needed no right that its Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
