import {expect, test} from "vitest";
import {run, waitFor} from "./shell.ts";
import {checkTasks, runTasks, secondsLeft, startable, type Task} from "./tasks.ts";

const task = (name: string, more: Partial<Task> = {}): Task => ({name, run: async () => {}, ...more});
const names = (tasks: Task[]) => tasks.map(({name}) => name);
const set = (...entries: string[]) => new Set(entries);

test("a task starts when all that it comes after are done", () => {
  const tasks = [task("a"), task("b", {after: ["a"]}), task("c", {after: ["a", "b"]})];
  expect(names(startable(tasks, set(), set()))).toEqual(["a"]);
  expect(names(startable(tasks, set("a"), set()))).toEqual([]);
  expect(names(startable(tasks, set("a"), set("a")))).toEqual(["b"]);
  expect(names(startable(tasks, set("a", "b"), set("a", "b")))).toEqual(["c"]);
});

test("one compiler works at a time, and images are built beside it in the order of the list", () => {
  const tasks = [
    task("kubernetes", {lane: "compile"}),
    task("programs", {lane: "compile"}),
    ...["kafka", "cassandra", "flink"].map((name) => task(name, {lane: "image"})),
  ];
  expect(names(startable(tasks, set(), set()))).toEqual(["kubernetes", "kafka", "cassandra"]);
  const started = set("kubernetes", "kafka", "cassandra");
  expect(names(startable(tasks, started, set("cassandra")))).toEqual(["flink"]);
  expect(names(startable(tasks, started, set("kubernetes")))).toEqual(["programs"]);
});

test("the time that is left is that of all tasks on all cores; one that takes longer than expected counts no more", () => {
  const tasks = [task("a", {cost: 60}), task("b", {cost: 30}), task("c")];
  expect(secondsLeft(tasks, () => 0, 2)).toBe(45);
  expect(secondsLeft(tasks, (name) => (name === "b" ? 100 : 0), 2)).toBe(30);
});

test.each([
  ["a name twice", [task("a"), task("a")], /two tasks have the same name/],
  ["an unknown name", [task("a", {after: ["b"]})], /task "a" comes after "b", which is no task/],
  ["a circle", [task("a", {after: ["b"]}), task("b", {after: ["a"]}), task("c")], /wait for one another: a, b$/],
])("a list with %s is refused before anything runs", async (_, tasks, message) => {
  expect(() => checkTasks(tasks)).toThrow(message);
  await expect(runTasks(tasks)).rejects.toThrow(message);
});

test("every task runs once, after those that it names", async () => {
  const ran: string[] = [];
  const logged = (name: string, ...after: string[]) =>
    task(name, {
      after,
      run: async () => {
        await Promise.resolve();
        ran.push(name);
      },
    });
  await runTasks([logged("last", "left", "right"), logged("left", "first"), logged("right", "first"), logged("first")]);
  expect(ran).toEqual(["first", "left", "right", "last"]);
});

test("the first failure ends the programs and waits of the other tasks, keeps the rest from starting, and is what is thrown", async () => {
  const ended: string[] = [];
  let later = false;
  const endsBy = (name: string, work: () => Promise<unknown>) =>
    task(name, {
      run: () =>
        work().catch((error) => {
          ended.push(name);
          throw error;
        }),
    });
  const tasks = [
    endsBy("program", () => run("sleep", ["600"])),
    endsBy("wait", () => waitFor("nothing", 600_000, async () => false)),
    task("failing", {run: () => run("sh", ["-c", "echo the disk is full >&2; exit 3"])}),
    task("later", {
      after: ["program"],
      run: async () => {
        later = true;
      },
    }),
  ];
  await expect(runTasks(tasks)).rejects.toThrow(/failed \(3\): the disk is full/);
  expect(ended.sort()).toEqual(["program", "wait"]);
  expect(later).toBe(false);
});
