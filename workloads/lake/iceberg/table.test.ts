import {expect, test} from "vitest";
import {type Answer, lakePlace} from "../../../test/unit/lake/place.ts";
import {type Change, Removed} from "./change.ts";
import {parseLongs, stringifyLongs} from "./json.ts";
import type {Commit} from "./table.ts";
import {headOf, type LiveFile, type NewFile} from "./types.ts";
import {encodeValue} from "./values.ts";

function place(answers: Answer[] = []) {
  const found = lakePlace();
  found.answers.push(...answers);
  return found;
}

const file = (path: string, day = 20_000): NewFile => ({
  path,
  partition: {timestamp_day: day},
  rows: 10,
  bytes: 1_000,
  columnSizes: new Map([[1, 10]]),
  valueCounts: new Map([[1, 10]]),
  nullCounts: new Map([[1, 0]]),
  lower: new Map([[1, encodeValue("string", "a")]]),
  upper: new Map([[1, encodeValue("string", "b")]]),
});
const append = (path: string, day?: number): Commit => ({change: {operation: "append", added: [file(path, day)]}});
const pathsOf = (files: LiveFile[]) => files.map(({path}) => path).sort();

test("what is appended is there, with what was said of it", async () => {
  const {table} = place();
  await table.commit(append("one"));
  const head = await table.commit(append("two"));
  const files = await table.files(head);
  expect(pathsOf(files)).toEqual(["one", "two"]);
  expect(files[0]).toMatchObject(file(files[0]!.path));
  expect(headOf(head.metadata)!.summary).toMatchObject({
    operation: "append",
    "total-records": "20",
    "total-data-files": "2",
  });
});

test.each<[string, Answer[]]>([
  ["a conflict", ["conflict", "conflict"]],
  ["one conflict after another, by writers that are faster,", Array<Answer>(14).fill("conflict")],
  ["an answer that is lost before the commit", ["lost before"]],
  ["an answer that is lost after the commit", ["lost after"]],
])("%s leaves the files there once", async (_, answers) => {
  const {table, commits} = place(answers);
  const head = await table.commit(append("one"));
  expect(pathsOf(await table.files(head))).toEqual(["one"]);
  expect(commits.length).toBe(1);
});

test("a commit before which others come again and again has them wait for it, and then go on", async () => {
  const {table, commits, another} = place([...Array<Answer>(5).fill("conflict"), "done", "conflict", "conflict"]);
  const overtaken = table.commit(append("overtaken"));
  await expect.poll(() => commits.length, {interval: 5, timeout: 60_000}).toBe(1);
  await Promise.all([overtaken, another().commit(append("other"))]);
  const added = commits.map((updates) => updates.map(({action}) => action));
  expect(added).toEqual([
    ["set-properties"],
    ["remove-properties", "add-snapshot", "set-snapshot-ref"],
    ["add-snapshot", "set-snapshot-ref"],
  ]);
  const head = await table.load();
  expect(pathsOf(await table.files(head))).toEqual(["other", "overtaken"]);
  expect(head.metadata.properties).not.toHaveProperty("telemetry.turn");
});

test("a commit that is known by its id is not made twice", async () => {
  const {table, commits} = place();
  await table.commit(append("one"), 77);
  const head = await table.commit(append("one"), 77);
  expect(pathsOf(await table.files(head))).toEqual(["one"]);
  expect(commits.length).toBe(1);
});

test("what the catalogue refuses for good is not tried again", async () => {
  const {table} = place(["refused", "done"]);
  await expect(table.commit(append("one"))).rejects.toThrow("not you");
});

test("two that commit at the same time both find their way", async () => {
  const {table} = place();
  await Promise.all(["a", "b", "c", "d"].map((path) => table.commit(append(path))));
  expect(pathsOf(await table.files(await table.load()))).toEqual(["a", "b", "c", "d"]);
});

test("a plan is asked anew for each try, and its refusal ends the commit", async () => {
  const {table} = place(["conflict"]);
  let asked = 0;
  const plan = () => {
    if (++asked > 1) throw new Error("fenced");
    return append("one");
  };
  await expect(table.commit(plan)).rejects.toThrow("fenced");
});

const replace = (removed: LiveFile[], path: string): {change: Change} => ({
  change: {operation: "replace", removed, added: [file(path)]},
});

test("files are replaced by others in one step, and by one only", async () => {
  const {table} = place();
  for (const path of ["one", "two", "three"]) await table.commit(append(path));
  const small = (await table.files(await table.load())).filter(({path}) => path !== "three");
  const head = await table.commit(replace(small, "both"));
  expect(pathsOf(await table.files(head))).toEqual(["both", "three"]);
  await expect(table.commit(replace(small, "again"))).rejects.toThrow(Removed);
  const later = await table.commit(append("four"));
  expect(pathsOf(await table.files(later))).toEqual(["both", "four", "three"]);
  expect(headOf(later.metadata)!.summary["total-records"]).toBe("30");
});

test("a file keeps the number of the commit that it came with", async () => {
  const {table} = place();
  await table.commit(append("one"));
  await table.commit(append("two"));
  const both = await table.files(await table.load());
  const head = await table.commit(
    replace(
      both.filter(({path}) => path === "two"),
      "three",
    ),
  );
  const [one] = (await table.files(head)).filter(({path}) => path === "one");
  expect(one).toMatchObject({sequence: 1, fileSequence: 1});
});

test("what the writer says of its positions outlives the commits of others", async () => {
  const {table} = place();
  await table.commit({change: {operation: "append", added: [file("one")], summary: {"telemetry.offsets": "7"}}});
  const files = await table.files(await table.load());
  const head = await table.commit(replace(files, "two"));
  expect(headOf(head.metadata)!.summary["telemetry.offsets"]).toBe("7");
});

test("of many small manifests one is made, and only those are read whose days are asked for", async () => {
  const {table} = place();
  for (let at = 0; at < 130; at++) await table.commit(append(`file-${at}`, 20_000 + at));
  const head = await table.load();
  expect(head.manifests.length).toBeLessThan(60);
  expect((await table.files(head)).length).toBe(130);
  expect(pathsOf(await table.files(head, {from: 20_005, to: 20_006}))).toEqual(["file-5", "file-6"]);
});

test("identifiers of 64 bits keep their digits", () => {
  const text = '{"snapshot-id":7183648631237025999,"small":5,"real":1.5}';
  expect(stringifyLongs(parseLongs(text))).toBe(text);
});
