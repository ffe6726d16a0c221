import {expect, test} from "vitest";
import {COMPONENT_LABEL} from "../../cdk8s/context.ts";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {KubeObject, ResourceType} from "../runtime/types.ts";
import {growVolumes, volumesGrow} from "./grow.ts";

const asks = (storage: string) => ({resources: {requests: {storage}}});
const set = (storage: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: {name: "fleet-timescaledb", namespace: "cars", labels: {[COMPONENT_LABEL]: "timescaledb"}},
  spec: {volumeClaimTemplates: [{metadata: {name: "data"}, spec: asks(storage)}]},
});

/** Grows a live StatefulSet whose claims are this large; what was written, in this order. */
async function grown(live: string, planned: string, claims: string[], refusal?: ApiError) {
  const calls: string[] = [];
  const client = {
    async get(_: ResourceType, {name}: {name: string}) {
      const size = claims[Number(name.split("-").at(-1))];
      return size && {metadata: {name}, spec: asks(size)};
    },
    async patch(_: ResourceType, {name}: {name: string}, {spec}: KubeObject) {
      if (refusal) throw refusal;
      calls.push(`${name} ${spec.resources.requests.storage}`);
    },
    delete: async ({kind}: ResourceType, _: object, {propagation}: {propagation: string}) =>
      void calls.push(`${kind} ${propagation}`),
  } as unknown as KubeClient;
  await growVolumes(client, set(live), set(planned));
  return calls;
}

test("claims are grown, then the StatefulSet goes without its pods", async () => {
  expect(await grown("10Gi", "20Gi", ["10Gi", "10Gi"])).toEqual([
    "data-fleet-timescaledb-0 20Gi",
    "data-fleet-timescaledb-1 20Gi",
    "StatefulSet Orphan",
  ]);
});

test.each([
  ["1Ti", "1024Gi"],
  ["10Gi", "10240Mi"],
  ["1Pi", "1024Ti"],
])("%s is what the API server makes of %s: nothing grows", (live, planned) => {
  expect(volumesGrow(set(live), set(planned))).toBe(false);
});

test("a claim of an earlier pipeline that is large enough already is left as it is", async () => {
  expect(await grown("10Gi", "20Gi", ["50Gi", "20Gi", "15G"])).toEqual([
    "data-fleet-timescaledb-2 20Gi",
    "StatefulSet Orphan",
  ]);
});

test.each([403, 422])(
  "a volume that the cluster does not grow (%i) is said with its field and claim",
  async (status) => {
    const refusal = new ApiError(status, "Forbidden", "the storage class must support resize");
    await expect(grown("10Gi", "20Gi", ["10Gi"], refusal)).rejects.toMatchObject({
      reason: "ApplyRefused",
      message:
        "spec.timescaledb.storage: PersistentVolumeClaim data-fleet-timescaledb-0 does not grow to 20Gi: the storage class must support resize",
    });
  },
);

test("a server that is busy is asked again later", async () => {
  const busy = new ApiError(429, "TooManyRequests", "busy");
  await expect(grown("10Gi", "20Gi", ["10Gi"], busy)).rejects.toBe(busy);
});
