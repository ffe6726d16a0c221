import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {builtin} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";

/** Pods that log in with what others made are made anew when it is another. */
const NAMESPACE = "logins";
const MINUTE = 60_000;
/** Of no other object's words. */
const CHANGED = "of-1789-and-later";
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

const secret = (name: string, data: Record<string, string>) =>
  h.admin.apply(
    builtin.secret,
    {apiVersion: "v1", kind: "Secret", metadata: {name, namespace: NAMESPACE}, stringData: data},
    {fieldManager: "user"},
  );
const external = {
  cassandra: {enabled: false},
  kafka: {provider: "External", external: {bootstrapServers: "kafka.example:9092", secret: "kafka-login"}},
  timescaledb: {provider: "External", external: {host: "db.example", secret: "db-login"}},
};

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
  await secret("kafka-login", {username: "u", password: "old"});
  await secret("db-login", {username: "u", password: "old", database: "d"});
  await Promise.all([
    h.applyPipeline(NAMESPACE, {cassandra: {enabled: false}}),
    h.applyPipeline(NAMESPACE, external, "elsewhere"),
  ]);
  await Promise.all([h.untilReady(NAMESPACE), h.untilReady(NAMESPACE, "elsewhere")]);
}, 600_000);
afterAll(() => h.stopPlatform(operator, stopFakes));

/** The pod templates of a pipeline, by name, as far as they carry the annotation. */
async function credentials(prefix: string): Promise<Record<string, string>> {
  const found = [...(await h.objectsIn(NAMESPACE)).values()].flatMap(({metadata, spec}) => {
    const hash = spec?.template?.metadata?.annotations?.["telemetry.dev/credentials"];
    return metadata.name.startsWith(`${prefix}-`) && hash ? [[metadata.name.replace(/-[0-9a-f]{8}$/, ""), hash]] : [];
  });
  return Object.fromEntries(found);
}
/** Which of them are others than before, within a minute. */
async function changed(prefix: string, wanted: string[], change: () => Promise<unknown>): Promise<void> {
  const before = await credentials(prefix);
  await change();
  const others = async () => {
    const now = await credentials(prefix);
    return Object.keys(now).filter((name) => now[name] !== before[name]);
  };
  await waitFor(`others of ${wanted.join(", ")}`, MINUTE, async () => (await others()).length >= wanted.length);
  expect((await others()).sort()).toEqual(wanted);
}

test("a password that Strimzi makes anew restarts those who log in by it, and nobody else", async () => {
  const of = (user: string) => ({name: `fleet-${user}`, namespace: NAMESPACE});
  await changed("fleet", ["fleet-ingester-timescaledb"], () =>
    h.admin.patch(builtin.secret, of("ingester"), {stringData: {password: CHANGED}}),
  );
  await changed("fleet", ["fleet-simulator"], () =>
    h.admin.patch(builtin.secret, of("simulator"), {stringData: {password: CHANGED}}),
  );
  await changed("fleet", ["fleet-console"], () =>
    h.admin.patch(builtin.secret, of("console-kafka"), {stringData: {password: CHANGED}}),
  );
});

test("the login of an external server is looked at within a minute, and its Job runs again", async () => {
  const kafka = ["console", "ingester-timescaledb", "kafka-topics", "simulator"].map((name) => `elsewhere-${name}`);
  await changed("elsewhere", kafka, () => secret("kafka-login", {username: "u", password: CHANGED}));
  const database = ["alert-receiver", "console", "ingester-timescaledb", "timescaledb-schema"].map(
    (name) => `elsewhere-${name}`,
  );
  await changed("elsewhere", database, () => secret("db-login", {username: "u", password: CHANGED, database: "d"}));
});

test("none of it is in the cluster but in the Secrets, and the operator's rights are enough", async () => {
  const objects = [...(await h.objectsIn(NAMESPACE)).values()].filter(({kind}) => kind !== "Secret");
  const texts = JSON.stringify(objects);
  for (const text of [CHANGED, Buffer.from(CHANGED).toString("base64")]) expect(texts).not.toContain(text);
  expect(operator.forbidden).toEqual([]);
});
