import {expect, test} from "vitest";
import {ApiError} from "./api-error.ts";
import type {KubeClient} from "./client.ts";
import {startElection} from "./election.ts";
import {createLogger} from "./logger.ts";
import type {KubeObject} from "./types.ts";

const log = createLogger("test");
log.level = "silent";
const timing = {leaseMs: 600, renewDeadlineMs: 400, retryMs: 20};

/** A server with one Lease; from `hang` on it takes every request and answers none. */
function server() {
  let lease: KubeObject | undefined;
  let version = 0;
  let hangs = false;
  const asked: string[] = [];
  const answer = <T>(call: string, work: () => T): Promise<T> => {
    asked.push(call);
    return hangs ? new Promise(() => {}) : Promise.resolve().then(work);
  };
  const store = (object: KubeObject) => {
    lease = {...object, metadata: {...object.metadata, resourceVersion: String(++version)}};
    return structuredClone(lease);
  };
  const client = {
    get: () => answer("get", () => structuredClone(lease)),
    create: (_: unknown, object: KubeObject) =>
      answer("create", () => {
        if (lease) throw new ApiError(409, "AlreadyExists", "");
        return store(object);
      }),
    patch: (_: unknown, _ref: unknown, patch: KubeObject) =>
      answer("patch", () => {
        if (patch.metadata.resourceVersion !== lease?.metadata.resourceVersion) throw new ApiError(409, "Conflict", "");
        return store({...lease!, spec: {...lease!.spec, ...patch.spec}});
      }),
  } as unknown as KubeClient;
  return {
    asked,
    holder: () => lease?.spec.holderIdentity,
    hang() {
      hangs = true;
    },
    stand: (identity: string) =>
      startElection({
        client,
        log,
        namespace: "n",
        name: "lease",
        identity,
        signal: new AbortController().signal,
        timing,
      }),
  };
}

test("a leader whose server stops answering gives up by itself", async () => {
  const {stand, hang} = server();
  const election = stand("first");
  await election.elected;
  hang();
  await election.lost;
});

test("a leader renews by one request, and hands over at once", async () => {
  const {stand, asked, holder} = server();
  const [first, second] = [stand("first"), stand("second")];
  await Promise.race([first.elected, second.elected]);
  const [leader, other] = holder() === "first" ? [first, second] : [second, first];
  await leader.release();
  await other.elected;
  await other.release();
  expect(holder()).toBe("");
  const alone = stand("alone");
  await alone.elected;
  asked.length = 0;
  await expect.poll(() => asked.length, {timeout: 10_000}).toBeGreaterThan(5);
  await alone.release();
  expect(new Set(asked)).toEqual(new Set(["patch"]));
});
