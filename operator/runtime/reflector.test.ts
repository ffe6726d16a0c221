import {PassThrough} from "node:stream";
import {afterEach, expect, test} from "vitest";
import {ApiError} from "./api-error.ts";
import type {KubeClient, WatchEvent, WatchOptions} from "./client.ts";
import {createLogger} from "./logger.ts";
import {type ReflectorOptions, startReflector} from "./reflector.ts";
import {builtin, type KubeObject} from "./types.ts";

/** A fake API server of one kind: what it lists, and one script a watch. */
const log = createLogger("test");
log.level = "silent";
const object = (name: string, resourceVersion = "1", owner?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name,
    resourceVersion,
    managedFields: [{}],
    ...(owner ? {ownerReferences: [{apiVersion: "v1", kind: "X", name: "x", uid: owner}]} : {}),
  },
});
const event = (type: WatchEvent["type"], item: object): WatchEvent => ({type, object: item});
let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

type Watch = (options: WatchOptions) => AsyncIterable<WatchEvent>;
const forever = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

function start(lists: KubeObject[][], watches: Watch[], options: Partial<ReflectorOptions> = {}) {
  const asked: string[] = [];
  const changes: string[] = [];
  let listed = 0;
  const client = {
    list: async () => ({
      items: structuredClone(lists[Math.min(listed, lists.length - 1)]!),
      resourceVersion: `list${++listed}`,
    }),
    watch: async function* (_type: unknown, options: WatchOptions) {
      asked.push(options.resourceVersion);
      const script = watches[asked.length - 1];
      if (script) yield* script(options);
      else await forever(options.signal);
    },
  } as unknown as KubeClient;
  const onChange = ({metadata}: KubeObject) => void changes.push(`${metadata.name}@${metadata.resourceVersion}`);
  const reflector = startReflector({
    client,
    log,
    type: builtin.configMap,
    onChange,
    signal: stop.signal,
    ...options,
  });
  return {reflector, asked, changes};
}
const until = (check: () => boolean) => expect.poll(check, {timeout: 50_000, interval: 5}).toBe(true);

test("lists, watches from there, and keeps the cache without managedFields", async () => {
  const {reflector, asked, changes} = start(
    [[object("a")]],
    [
      async function* ({signal}) {
        yield event("ADDED", object("b", "2"));
        yield event("DELETED", object("a", "3"));
        await forever(signal);
      },
    ],
  );
  await reflector.synced;
  await until(() => reflector.get("a") === undefined);
  expect(reflector.list().map(({metadata}) => metadata.name)).toEqual(["b"]);
  expect(reflector.get("b")?.metadata.managedFields).toBeUndefined();
  expect(changes).toEqual(["a@1", "b@2", "a@3"]);
  expect(asked).toEqual(["list1"]);
});

test("of what is not notable nobody is told, unless it was waited for", async () => {
  const labelled = (resourceVersion: string, label: string) => {
    const one = object("a", resourceVersion);
    return event("MODIFIED", {...one, metadata: {...one.metadata, labels: {label}}});
  };
  let go = (): void => {};
  const asked = new Promise<void>((done) => {
    go = done;
  });
  const {reflector, changes} = start(
    [[{...object("a"), metadata: {...object("a").metadata, labels: {label: "x"}}}]],
    [
      async function* ({signal}) {
        yield labelled("2", "x");
        yield labelled("3", "y");
        await asked;
        yield labelled("4", "y");
        yield labelled("5", "y");
        await forever(signal);
      },
    ],
    {notable: ({metadata}) => metadata.labels},
  );
  await until(() => reflector.get("a")?.metadata.resourceVersion === "3");
  expect(changes).toEqual(["a@1", "a@3"]);
  reflector.wrote(object("a", "4"));
  expect(reflector.behind("a")).toBe(true);
  go();
  await until(() => reflector.get("a")?.metadata.resourceVersion === "5");
  expect(changes).toEqual(["a@1", "a@3", "a@4"]);
});

test("a cut watch resumes at the last seen version, bookmarks included", async () => {
  const {asked} = start(
    [[object("a")]],
    [
      async function* () {
        yield event("BOOKMARK", {metadata: {resourceVersion: "77"}});
        throw new Error("ECONNRESET");
      },
    ],
  );
  await until(() => asked.length === 2);
  expect(asked).toEqual(["list1", "77"]);
});

test("an expired version lists anew and tells of what changed and what went", async () => {
  const {reflector, asked, changes} = start(
    [[object("a"), object("b")], [object("a", "9")]],
    [
      async function* () {
        yield event("ERROR", {code: 410, reason: "Expired", message: "too old"});
      },
    ],
  );
  await until(() => asked.length === 2);
  expect(asked).toEqual(["list1", "list2"]);
  expect(reflector.list()).toHaveLength(1);
  expect(changes).toEqual(["a@1", "b@1", "a@9", "b@1"]);
});

test("a watch that falls silent is given up and resumed", async () => {
  const {asked} = start(
    [[object("a")]],
    [({signal}) => ({[Symbol.asyncIterator]: () => ({next: () => forever(signal)})})],
    {stallMs: 50},
  );
  await until(() => asked.length >= 2);
  expect(asked[1]).toBe("list1");
});

test("a refused watch waits and goes on; a missing kind is known to be missing", async () => {
  const {reflector, asked} = start(
    [[object("a")]],
    [
      // biome-ignore lint/correctness/useYield: it fails before it yields
      async function* () {
        throw new ApiError(429, "TooManyRequests", "slow down");
      },
      // biome-ignore lint/correctness/useYield: it fails before it yields
      async function* () {
        throw new ApiError(404, "NotFound", "no such kind");
      },
    ],
  );
  await until(() => !reflector.available());
  expect(asked).toHaveLength(2);
  expect(reflector.list()).toEqual([]);
});

test("objects are found by the uid of their owner, also after the owner changed", async () => {
  const {reflector} = start(
    [[object("a", "1", "uid-1"), object("b", "1", "uid-1"), object("c", "1", "uid-2")]],
    [
      async function* ({signal}) {
        yield event("MODIFIED", object("b", "2", "uid-2"));
        await forever(signal);
      },
    ],
  );
  await until(() => reflector.ownedKeys("uid-2").length === 2);
  expect(reflector.ownedKeys("uid-1").map((key) => reflector.get(key)?.metadata.name)).toEqual(["a"]);
  expect(reflector.ownedKeys("uid-3")).toEqual([]);
});

test("a cache is behind a write of ours until its watch has come that far", async () => {
  const told = new PassThrough({objectMode: true});
  const watch: Watch = async function* () {
    yield* told;
  };
  const {reflector, changes} = start([[object("a", "5")]], [watch]);
  await reflector.synced;
  const say = async (item: KubeObject) => {
    told.write(event("MODIFIED", item));
    await until(() => changes.includes(`${item.metadata.name}@${item.metadata.resourceVersion}`));
  };
  await say(object("b", "7"));
  reflector.wrote(object("a", "6"));
  expect(reflector.behind("a")).toBe(false);
  reflector.wrote(object("a", "9"));
  expect(reflector.behind("a")).toBe(true);
  expect(reflector.behind("b")).toBe(false);
  await say(object("b", "8"));
  expect(reflector.behind("a")).toBe(true);
  await say(object("a", "9"));
  expect(reflector.behind("a")).toBe(false);
});
