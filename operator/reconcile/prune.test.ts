import {expect, test} from "vitest";
import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {Cache} from "../runtime/controller.ts";
import {createStore} from "../runtime/store.ts";
import {builtin, type KubeObject, type ResourceType, typeId} from "../runtime/types.ts";
import {ownedKinds} from "./kinds.ts";
import type {PlannedComponent} from "./plan.ts";
import {prune} from "./prune.ts";

const pipeline = {apiVersion: "x", kind: "TelemetryPipeline", metadata: {name: "fleet", namespace: "a", uid: "1"}};
const flink = ownedKinds.find(({kind}) => kind === "FlinkDeployment")!;

const owned = ({apiVersion, kind}: ResourceType, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: {
    name,
    namespace: "a",
    labels: {[PIPELINE_LABEL]: "fleet"},
    ownerReferences: [{apiVersion: "x", kind: "TelemetryPipeline", name: "fleet", uid: "1"}],
    ...more,
  },
});

/** The objects deleted, in this order, when `live` is there and `planned` is wanted. */
async function pruned(live: KubeObject[], planned: KubeObject[]): Promise<string[]> {
  const stores = new Map<string, ReturnType<typeof createStore>>();
  for (const object of live) {
    const store = stores.get(typeId(object)) ?? createStore();
    store.set(object);
    stores.set(typeId(object), store);
  }
  const cache = {
    get: (type: ResourceType, key: string) => stores.get(typeId(type))?.get(key),
    ownedKeys: (type: ResourceType, uid: string) => stores.get(typeId(type))?.ownedKeys(uid) ?? [],
  } as unknown as Cache;
  const deleted: string[] = [];
  await prune(cache, pipeline, [{objects: planned} as PlannedComponent], async ({kind}, {metadata}) => {
    deleted.push(`${kind}/${metadata.name}`);
  });
  return deleted;
}

test("what left the plan goes, what is planned stays, also by the same name in another kind", async () => {
  const live = [owned(builtin.service, "one"), owned(builtin.deployment, "one"), owned(builtin.service, "two")];
  expect(await pruned(live, [owned(builtin.service, "one")])).toEqual(["Deployment/one", "Service/two"]);
});

test("what goes already, and what carries another pipeline's label, is left alone", async () => {
  const going = owned(builtin.service, "going", {deletionTimestamp: "2026-01-01T00:00:00Z"});
  expect(await pruned([going, owned(builtin.service, "other", {labels: {[PIPELINE_LABEL]: "x"}})], [])).toEqual([]);
});

test("a stream job goes before its account and its volume", async () => {
  const account = owned(builtin.serviceAccount, "fleet-flink");
  expect(await pruned([account, owned(flink, "fleet-flink")], [])).toEqual(["FlinkDeployment/fleet-flink"]);
  const going = owned(flink, "fleet-flink", {deletionTimestamp: "2026-01-01T00:00:00Z"});
  expect(await pruned([account, going], [])).toEqual([]);
  expect(await pruned([account], [])).toEqual(["ServiceAccount/fleet-flink"]);
});
