import {afterEach, expect, test} from "vitest";
import {OPTIONAL_COMPONENTS, resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {loginOf, loginsOf} from "./logins.ts";
import {emptyMemory} from "./memory.ts";
import {plan} from "./plan.ts";

const pipeline: KubeObject = {apiVersion: "a", kind: "TelemetryPipeline", metadata: {name: "fleet", namespace: "a"}};
const secret = (name: string, password: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {name, namespace: "a", uid: name},
  data: {password},
});
let memory = emptyMemory();
let asked = 0;
/** Secrets in the cluster, by name: those of Strimzi are watched, those of users are read. */
const look = (secrets: KubeObject[], spec: object, now = 0) => {
  const find = (name: string | undefined) => secrets.find(({metadata}) => metadata.name === name);
  const cache = {get: (_: unknown, key: string) => find(key.split("/")[1])} as unknown as Cache;
  const get = async (_: unknown, {name}: {name: string}) => {
    asked += 1;
    return find(name);
  };
  return loginsOf({get} as unknown as KubeClient, cache, memory, pipeline, resolveSpec(spec), now);
};
const EXTERNAL = {
  kafka: {provider: "External", external: {bootstrapServers: "k:9092", secret: "kafka-login"}},
  timescaledb: {provider: "External", external: {host: "db", secret: "db-login", caSecret: "db-ca"}},
};

afterEach(() => {
  memory = emptyMemory();
  asked = 0;
});

test("the logins of Kafka's users are told by what is watched", async () => {
  const user = secret("fleet-ingester", "old");
  expect(await look([user], {})).toEqual({"fleet-ingester": loginOf(user)});
  expect(await look([secret("fleet-ingester", "new")], {})).not.toEqual({"fleet-ingester": loginOf(user)});
  expect(asked).toBe(0);
});

test("one that is away, to be made anew, counts as before", async () => {
  const before = await look([secret("fleet-ingester", "old")], {});
  expect(await look([], {})).toEqual(before);
});

test("the logins of external servers are asked for again within half a minute, and not at each reconcile", async () => {
  const other = secret("db-login", "p");
  const login = (password: string) => look([secret("kafka-login", password), other], EXTERNAL, 0);
  const before = await login("old");
  expect(await login("new")).toEqual(before);
  const later = await look([secret("kafka-login", "new"), other], EXTERNAL, 30_000);
  expect(later["kafka-login"]).not.toEqual(before["kafka-login"]);
  expect(asked).toBe(4);
});

test("one that was not there yet is asked for at each reconcile: pods that start without it would restart soon", async () => {
  expect(await look([], EXTERNAL, 0)).toEqual({});
  const both = await look([secret("kafka-login", "p"), secret("db-login", "p")], EXTERNAL, 1);
  expect(Object.keys(both).sort()).toEqual(["db-login", "kafka-login"]);
});

test("no Secret that the operator makes has the name of one that Strimzi makes for a user", () => {
  const spec = resolveSpec({...Object.fromEntries(OPTIONAL_COMPONENTS.map((name) => [name, {enabled: true}]))});
  const made = plan({name: "fleet", namespace: "a", spec, images: defaultImages, passwords: {}})
    .flatMap(({objects}) => objects)
    .flatMap(({kind, metadata}) => (kind === "Secret" ? [metadata.name] : []));
  const byStrimzi = components.flatMap(({logins}) => logins?.(spec, "fleet", components) ?? []);
  expect(byStrimzi.length).toBeGreaterThan(3);
  expect(byStrimzi.filter((name) => made.includes(name))).toEqual([]);
});
