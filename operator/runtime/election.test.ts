import {setImmediate} from "node:timers/promises";
import {expect, test} from "vitest";
import {ApiError} from "./api-error.ts";
import type {KubeClient} from "./client.ts";
import {startElection} from "./election.ts";
import {createLogger} from "./logger.ts";
import type {KubeObject} from "./types.ts";

const log = createLogger("test");
log.level = "silent";
const timing = {leaseMs: 600, renewDeadlineMs: 400, retryMs: 20, giveUpMs: 1_500};
/** For what must not depend on how busy the machine is. */
const patient = {...timing, leaseMs: 60_000, renewDeadlineMs: 50_000};

/** The process is not scheduled: no timer fires and no answer is read. */
function stall(ms: number) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** A server with one Lease; while it hangs it takes every request and answers none. */
function server() {
  let lease: KubeObject | undefined;
  let version = 0;
  let hangs = false;
  const asked: string[] = [];
  /** An answer is read after the timers that are due, as one from a socket is. */
  const answer = async <T>(call: string, work: () => T): Promise<T> => {
    asked.push(call);
    if (hangs) return new Promise(() => {});
    await setImmediate();
    return work();
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
        if (!lease) throw new ApiError(404, "NotFound", "");
        return store({...lease!, spec: {...lease!.spec, ...patch.spec}});
      }),
  } as unknown as KubeClient;
  return {
    asked,
    holder: () => lease?.spec.holderIdentity,
    hang(does: boolean) {
      hangs = does;
    },
    /** The write of another process to the Lease. */
    take(identity: string) {
      store({...lease!, spec: {...lease!.spec, holderIdentity: identity}});
    },
    remove() {
      lease = undefined;
    },
    stand: (identity: string, how = timing) =>
      startElection({
        client,
        log,
        namespace: "n",
        name: "lease",
        identity,
        signal: new AbortController().signal,
        timing: how,
      }),
  };
}

test("a leader whose server stops answering gives up by itself", async () => {
  const {stand, hang} = server();
  const election = stand("first");
  await election.elected;
  hang(true);
  await election.lost;
});

test("a leader that was not scheduled for longer than its Lease goes on once it has renewed it", async () => {
  const {stand, asked, holder} = server();
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on("warning", warned);
  const election = stand("first");
  await election.elected;
  const before = await election.term();
  stall(2 * timing.leaseMs);
  asked.length = 0;
  const after = await election.term();
  expect(asked).toContain("patch");
  expect(before.aborted).toBe(true);
  expect(after.aborted).toBe(false);
  expect(holder()).toBe("first");
  await election.release();
  process.off("warning", warned);
  expect(warnings).toEqual([]);
});

test("a leader that was not scheduled while another took the Lease writes no more", async () => {
  const {stand, take, holder} = server();
  const election = stand("first");
  await election.elected;
  stall(2 * timing.leaseMs);
  take("second");
  await expect(election.term()).rejects.toThrow("another process holds the lease");
  await election.lost;
  await expect(election.term()).rejects.toThrow("another process holds the lease");
  expect(holder()).toBe("second");
});

test("a leader whose Lease was taken and given back meanwhile leads no more", async () => {
  const {stand, take, holder} = server();
  const election = stand("first");
  await election.elected;
  stall(2 * timing.leaseMs);
  take("");
  await election.lost;
  expect(holder()).toBe("");
});

test("a leader whose Lease was deleted leads no more, and makes none anew", async () => {
  const {stand, remove, holder} = server();
  const election = stand("first", patient);
  await election.elected;
  remove();
  await election.lost;
  expect(holder()).toBeUndefined();
});

test("writes end while the server does not answer, and go on when it does again", async () => {
  const {stand, hang} = server();
  const election = stand("first");
  await election.elected;
  const term = await election.term();
  hang(true);
  await new Promise((ended) => term.addEventListener("abort", ended));
  const next = election.term();
  hang(false);
  expect((await next).aborted).toBe(false);
  await election.release();
});

test("a stop ends what waits to write", async () => {
  const {stand, hang} = server();
  const election = stand("first");
  await election.elected;
  hang(true);
  stall(timing.leaseMs);
  const waiting = expect(election.term()).rejects.toThrow("this process is stopping");
  await election.release().catch(() => {});
  await waiting;
});

test("a leader renews by one request, and hands over at once", async () => {
  const {stand, asked, holder} = server();
  const [first, second] = [stand("first", patient), stand("second", patient)];
  await Promise.race([first.elected, second.elected]);
  const [leader, other] = holder() === "first" ? [first, second] : [second, first];
  await leader.release();
  await other.elected;
  await other.release();
  expect(holder()).toBe("");
  const alone = stand("alone", patient);
  await alone.elected;
  asked.length = 0;
  await expect.poll(() => asked.length, {timeout: 10_000}).toBeGreaterThan(5);
  await alone.release();
  expect(new Set(asked)).toEqual(new Set(["patch"]));
});
