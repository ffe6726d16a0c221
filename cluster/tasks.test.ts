import {expect, test} from "vitest";
import {runTasks, type Task} from "./tasks.ts";

/** Tasks that end when told to, and the names of those that have begun. */
function control() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const task = (name: string, lane: string, ...after: string[]): Task => ({
    name,
    lane,
    after,
    run: () => {
      begun.push(name);
      ends.set(name, Promise.withResolvers());
      return ends.get(name)!.promise;
    },
  });
  /** Ends a task, and lets what waited for it begin. */
  const end = async (name: string) => {
    ends.get(name)!.resolve();
    await new Promise(setImmediate);
  };
  return {begun, ends, task, end};
}

test("a task begins once all that it waits for is done and its lane is free, in the order of the list", async () => {
  const {begun, task, end} = control();
  const all = runTasks([
    task("compile", "go"),
    task("base", "image"),
    task("image", "image", "base"),
    task("tools", "go"),
    task("load", "load", "image", "compile"),
  ]);
  expect(begun).toEqual(["compile", "base"]);
  await end("base");
  expect(begun).toEqual(["compile", "base", "image"]);
  await end("image");
  expect(begun).toHaveLength(3);
  await end("compile");
  expect(begun).toEqual(["compile", "base", "image", "tools", "load"]);
  await end("load");
  await end("tools");
  await all;
});

test("what is not in the list has been done before", async () => {
  const {begun, task, end} = control();
  const all = runTasks([task("load", "load", "image")]);
  expect(begun).toEqual(["load"]);
  await end("load");
  await all;
});

test("after a failure nothing begins, what runs comes to its end, and the first error is thrown", async () => {
  const {begun, ends, task, end} = control();
  const all = runTasks([task("a", "one"), task("b", "two"), task("c", "one"), task("d", "two", "a")]);
  ends.get("a")!.reject(new Error("no space"));
  await new Promise(setImmediate);
  let settled = false;
  void all.catch(() => {}).finally(() => (settled = true));
  await new Promise(setImmediate);
  expect(settled).toBe(false);
  await end("b");
  await expect(all).rejects.toThrow("no space");
  expect(begun).toEqual(["a", "b"]);
});

test("tasks that wait for one another are an error, not a wait without end", async () => {
  const {task} = control();
  await expect(runTasks([task("a", "one", "b"), task("b", "two", "a")])).rejects.toThrow("wait for one another: a, b");
});
