import {setImmediate} from "node:timers/promises";
import {expect, test} from "vitest";
import type {KubeClient} from "./client.ts";
import type {Cache} from "./controller.ts";
import {createNames} from "./names.ts";
import {builtin, type KubeObject} from "./types.ts";

const NAMES = Array.from({length: 7}, (_, index) => `fleet-secret-${index}`);
const question = {type: builtin.secret, namespace: "fleet", names: NAMES};

/** A namespace with these Secrets, and the requests for them. */
function setUp(secrets: string[], cached: string[] = [], selectors = ["mine notin (yes)"]) {
  const requests = {lists: 0, listed: 0, gets: 0};
  const state = {resourceVersion: 10, secrets, now: 0};
  const client = {
    async list(
      _: unknown,
      {limit, labelSelector, ...options}: {limit: number; labelSelector: string; continue?: string},
    ) {
      const from = Number(options.continue ?? 0);
      const {resourceVersion} = state;
      const all = state.secrets.filter((_, index) => index % selectors.length === selectors.indexOf(labelSelector));
      const page = all.slice(from, from + limit);
      requests.lists++;
      requests.listed += page.length;
      const next = from + page.length < all.length ? String(from + page.length) : undefined;
      await setImmediate();
      const items = page.map((name) => ({metadata: {name}}));
      return {items, resourceVersion: String(resourceVersion), continue: next};
    },
    async get(_: unknown, {name}: {name: string}) {
      requests.gets++;
      return state.secrets.includes(name) ? {metadata: {name}} : undefined;
    },
  } as unknown as KubeClient;
  const cache = {
    available: (type: unknown) => type === builtin.secret,
    get: (_: unknown, key: string) => (cached.includes(key) ? ({} as KubeObject) : undefined),
  } as unknown as Cache;
  return {
    names: createNames(
      client,
      () => selectors,
      () => state.now,
    ),
    cache,
    requests,
    state,
  };
}

const foreign = (count: number) => Array.from({length: count}, (_, index) => `other-${index}`);

test("names are taken by others, and by what the cache has", async () => {
  const {names, cache} = setUp(["other", NAMES[3]!], [`fleet/${NAMES[5]}`]);
  expect(await names.taken(cache, question)).toEqual([NAMES[3], NAMES[5]]);
});

test("where one selector cannot tell all that the cache lacks, there is a list of each", async () => {
  const {names, cache} = setUp([NAMES[3]!, NAMES[5]!, ...foreign(40)], [], ["!ours", "ours,kind in (other)"]);
  for (let index = 0; index < 10; index++) await names.taken(cache, question);
  expect(await names.taken(cache, question)).toEqual([NAMES[3], NAMES[5]]);
});

test("of several lists the answer is as old as the first", async () => {
  const {names, cache, requests, state} = setUp([], [], ["!ours", "ours,kind in (other)"]);
  const first = names.taken(cache, {...question, since: "10"});
  while (requests.lists < 2) {
    if (requests.lists === 1) state.resourceVersion = 12;
    await setImmediate();
  }
  expect(await first).toEqual([]);
  state.secrets = [NAMES[2]!];
  expect(await names.taken(cache, {...question, since: "12"})).toEqual([NAMES[2]]);
});

test("a thousand pipelines of a namespace share a list", async () => {
  const {names, cache, requests} = setUp(foreign(5));
  await Promise.all(Array.from({length: 500}, () => names.taken(cache, {...question, since: "10"})));
  for (let index = 0; index < 500; index++) await names.taken(cache, question);
  expect(requests).toMatchObject({lists: 1, gets: 0});
});

test("a name that was taken after the last list, and before the question, is taken", async () => {
  const {names, cache, state} = setUp([]);
  expect(await names.taken(cache, {...question, since: "9"})).toEqual([]);
  state.secrets = [NAMES[2]!];
  state.resourceVersion = 12;
  expect(await names.taken(cache, {...question, since: "12"})).toEqual([NAMES[2]]);
});

test("a list that was under way before the question does not answer it", async () => {
  const {names, cache, requests, state} = setUp([]);
  const first = names.taken(cache, {...question, since: "10"});
  while (requests.lists === 0) await Promise.resolve();
  state.secrets = [NAMES[2]!];
  state.resourceVersion = 12;
  const second = names.taken(cache, {...question, since: "12"});
  expect(await first).toEqual([]);
  expect(await second).toEqual([NAMES[2]]);
});

test("the answer is no older than two seconds, for whoever asks", async () => {
  const {names, cache, state} = setUp([]);
  await names.taken(cache, question);
  state.secrets = [NAMES[2]!];
  state.now = 1_999;
  expect(await names.taken(cache, question)).toEqual([]);
  state.now = 2_000;
  expect(await names.taken(cache, question)).toEqual([NAMES[2]]);
});

test("for a few names a namespace full of other objects is not listed, and they are found", async () => {
  const {names, cache, requests, state} = setUp([...foreign(5_000), NAMES[6]!]);
  expect(await names.taken(cache, question)).toEqual([NAMES[6]]);
  state.now = 5_000;
  expect(await names.taken(cache, question)).toEqual([NAMES[6]]);
  expect(requests).toEqual({lists: 1, listed: 70, gets: 14});
});

test("for many names it is: that costs less than to ask for each", async () => {
  const {names, cache, requests} = setUp(foreign(5_000));
  for (let index = 0; index < 1_000; index++) await names.taken(cache, question);
  expect(requests.gets).toBeLessThan(1_000);
  expect(requests.listed).toBeLessThan(20_000);
});

test("a kind that is not watched is asked for by name", async () => {
  const {names, cache, requests} = setUp([NAMES[0]!]);
  expect(await names.taken(cache, {...question, type: builtin.configMap})).toEqual([NAMES[0]]);
  expect(requests).toEqual({lists: 0, listed: 0, gets: 7});
});
