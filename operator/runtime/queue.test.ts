import {expect, test} from "vitest";
import {createQueue} from "./queue.ts";

test("a key that is added twice is worked on once", async () => {
  const queue = createQueue();
  queue.add("a");
  queue.add("a");
  expect(await queue.next()).toBe("a");
  expect(queue.depth()).toBe(0);
});

test("a key added while it is worked on comes back only after done", async () => {
  const queue = createQueue();
  queue.add("a");
  await queue.next();
  queue.add("a");
  expect(queue.depth()).toBe(0);
  queue.done("a");
  expect(await queue.next()).toBe("a");
});

test("of two delays for a key the earlier one counts", async () => {
  const queue = createQueue();
  queue.addAfter("a", 60_000);
  queue.addAfter("a", 1);
  expect(await queue.next()).toBe("a");
});

test("what can wait comes last, in its order, unless it is added again in haste", async () => {
  const queue = createQueue();
  for (const key of ["a", "b", "c"]) queue.add(key, true);
  queue.add("new");
  queue.add("c");
  queue.add("c", true);
  expect(queue.depth()).toBe(4);
  const order = [await queue.next(), await queue.next(), await queue.next(), await queue.next()];
  expect(order).toEqual(["new", "c", "a", "b"]);
  expect(queue.depth()).toBe(0);
});

test("a failing key comes back by itself", async () => {
  const queue = createQueue({baseMs: 1, maxMs: 2});
  queue.add("a");
  await queue.next();
  queue.addRateLimited("a");
  queue.done("a");
  expect(await queue.next()).toBe("a");
});

test("closing releases the workers that wait", async () => {
  const queue = createQueue();
  const waiting = queue.next();
  queue.close();
  expect(await waiting).toBeUndefined();
  expect(await queue.next()).toBeUndefined();
});
