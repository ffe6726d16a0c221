import {setTimeout as sleep} from "node:timers/promises";
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
  await h.applyUpstreamCrds();
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

/** What earlier pipelines left behind by Retain. */
async function removeSecrets() {
  const {items} = await admin.list(builtin.secret, {namespace: "input"});
  for (const {metadata} of items) await admin.delete(builtin.secret, metadata);
}

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
    /spec\.timescaledb\.backup\.claim: PersistentVolumeClaim dumps does not exist; create it in namespace input/,
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
  await waitFor("what it names to be accepted", 240_000, async () => {
    const valid = h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!;
    // A day less from 03:14 on: the number is read again.
    const [, named] = /set it to (\d+d)/.exec(valid.message) ?? [];
    if (named) await h.applyPipeline("input", {cassandra: {ttl: named}});
    return valid.status === "True";
  });
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("a label with a name that none can have", async () => {
  await h.applyPipeline("input", {observability: {monitoring: {labels: {"a b": "x"}}}});
  await untilRefused("InvalidLabel", /spec\.observability\.monitoring\.labels: "a b" is not a valid label name/);
  await h.applyPipeline("input", {observability: {monitoring: {labels: {"example.com/team": "x"}}}});
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("a Secret that lacks a key, then holds no certificate", async () => {
  const external = {host: "db.example.com", secret: "login", tls: true, caSecret: "authority"};
  await h.applyPipeline("input", {cassandra: {enabled: false}, timescaledb: {provider: "External", external}});
  await untilRefused("MissingSecret", /spec\.timescaledb\.external\.secret: Secret login does not exist/);
  await secret("login", {username: "u", password: "p"});
  await waitFor("the key", 240_000, async () =>
    /lacks database/.test(h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!.message),
  );
  await secret("login", {username: "u", password: "p", database: "d"});
  await secret("authority", {"ca.crt": "not a certificate"});
  await waitFor("the certificate", 240_000, async () =>
    /caSecret: Secret authority: ca\.crt is not a certificate/.test(
      h.conditionOf((await h.getPipeline("input"))!.status, "Valid")!.message,
    ),
  );
  await untilRefused("InvalidSecret", /it must be PEM/);
  await secret("authority", {"ca.crt": await certificate()});
  await h.untilReady("input");
  await h.removePipeline("input");
});

test("a user's Secret by a name that the operator would give outlives the pipeline, whatever was refused", async () => {
  const login = {name: "fleet-timescaledb", namespace: "input"};
  const token = {name: "fleet-console", namespace: "input"};
  await removeSecrets();
  await secret(login.name, {username: "u", password: "p", database: "d"});
  const external = {host: "db.example.com", secret: login.name};
  const spec = {
    deletionPolicy: "Delete",
    cassandra: {enabled: false},
    timescaledb: {provider: "External", external},
  };
  await h.applyPipeline("input", spec);
  await h.untilReady("input");
  await h.removePipeline("input");
  expect(await admin.get(builtin.secret, login)).toBeDefined();

  await waitFor("the operator's own to go", 240_000, async () => !(await admin.get(builtin.secret, token)));
  await secret(token.name, {password: "p"});
  await h.applyPipeline("input", spec);
  await untilRefused("NameTaken", /Secret fleet-console exists and does not belong to this pipeline/);
  await h.removePipeline("input");
  expect(await admin.get(builtin.secret, token)).toBeDefined();
  await removeSecrets();
});

const silence = () =>
  waitFor("silence", 240_000, async () => {
    const writes = operator.writes();
    await sleep(5_000);
    return operator.writes() === writes;
  });

test("a size in other words than the API server's, then one that the cluster does not give", async () => {
  const backups = {cassandra: {enabled: false}};
  const set = async () => (await h.objectsIn("input")).get("StatefulSet/fleet-timescaledb")!;
  await h.applyPipeline("input", {...backups, timescaledb: {storage: "1024Gi"}});
  await h.untilReady("input");
  await silence();
  const {uid} = (await set()).metadata;
  expect((await set()).spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe("1Ti");
  // Nobody provisions volumes here, and the size of a claim without one is fixed.
  await h.applyPipeline("input", {...backups, timescaledb: {storage: "1025Gi"}});
  const status = await h.untilStatus("input", "refusal", (seen) => !h.isReady(seen));
  expect(h.conditionOf(status, "Reconciled")).toMatchObject({
    reason: "ApplyRefused",
    message: expect.stringMatching(
      /^spec\.timescaledb\.storage: PersistentVolumeClaim data-fleet-timescaledb-0 does not grow to 1025Gi: .*422/,
    ),
  });
  expect((await set()).metadata.uid).toBe(uid);
  // The old size is below the one that was asked for: the way back leads over the field's absence.
  await h.applyPipeline("input", backups);
  await untilRefused("CannotShrink", /spec\.timescaledb\.storage: 10Gi is less than the live 1Ti/);
  await h.applyPipeline("input", {...backups, timescaledb: {storage: "1Ti"}});
  await h.untilReady("input");
  await silence();
  expect((await set()).metadata.uid).toBe(uid);
  await h.removePipeline("input");
});

test("the operator needed no right that its Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
