import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {findingsOf, jobOf, type Source, type Task} from "./backup.ts";

/** The CronJobs of the plans that test/golden keeps. */
const cronJobs = (plan: string) => {
  const text = readFileSync(join(import.meta.dirname, "../../test/golden", `${plan}.yaml`), "utf8");
  const objects = parseAllDocuments(text).map((document) => document.toJSON());
  return (task: string) => objects.find(({metadata}) => metadata.name === `fleet-timescaledb-${task}`);
};
const dump = cronJobs("backup");
const pointInTime = cronJobs("point-in-time");
const metadata = {name: "j", namespace: "n"};
const podOf = (cronJob: any, task: Task, source: Source = {}) =>
  jobOf(cronJob, task, source, metadata).spec.template.spec;
const sources = ({initContainers, containers}: any) =>
  [...initContainers, ...containers].map(({env}) => env.filter(({name}: any) => /^(FROM|TO)$/.test(name)));

test.each([dump, pointInTime])("a backup now is what the CronJob would do, tried once", (cronJobOf) => {
  const cronJob = cronJobOf("backup");
  const job = jobOf(cronJob, "backup", {}, metadata);
  expect(job.spec.template).toEqual(cronJob.spec.jobTemplate.spec.template);
  expect(job.spec.backoffLimit).toBe(0);
});

test("naming the backups makes none", () => {
  expect(podOf(dump("backup"), "list")).toMatchObject({
    initContainers: [],
    containers: [{args: ["workloads/backup/main.ts", "list"]}],
  });
  expect(podOf(pointInTime("backup"), "list")).toMatchObject({
    containers: [{args: ["workloads/backup/main.ts", "bases"]}],
  });
});

test("a restore gives each of its containers its source, and none by default", () => {
  const from = [{name: "FROM", value: "x.dump"}];
  expect(sources(podOf(dump("restore"), "restore", {from: "x.dump"}))).toEqual(Array(4).fill(from));
  expect(sources(podOf(dump("restore"), "restore"))).toEqual(Array(4).fill([]));
  const to = [{name: "TO", value: "2026-11-26 07:30:00.000+00"}];
  expect(sources(podOf(pointInTime("restore"), "restore", {to: "2026-11-26T08:30:00+01:00"}))).toEqual(
    Array(4).fill(to),
  );
});

test.each<[string, any, Source]>([
  ["--from or --to, not both", pointInTime, {from: "a", to: "2026-11-26T08:30:00Z"}],
  ["--to needs spec.timescaledb.backup.method PointInTime", dump, {to: "2026-11-26T08:30:00Z"}],
  ["such as 2026-11-26T08:30:00Z", pointInTime, {to: "yesterday"}],
  ["is in the future", pointInTime, {to: "2999-01-01T00:00:00Z"}],
  // Without a time zone.
  ["such as 2026-11-26T08:30:00Z", pointInTime, {to: "2026-11-26T08:30:00"}],
])("is refused: %s", (message, cronJobOf, source) => {
  expect(() => podOf(cronJobOf("restore"), "restore", source)).toThrow(message);
});

test("the list of backups is a table for people, and says so when there are none", () => {
  const {text, data} = findingsOf(['[{"name":"a.dump","bytes":12},{"name":"b.dump","bytes":3456}]'], true, "n job/j");
  expect(text).toBe("NAME     BYTES\na.dump   12\nb.dump   3456");
  expect(data).toEqual([
    [
      {name: "a.dump", bytes: 12},
      {name: "b.dump", bytes: 3456},
    ],
  ]);
  expect(findingsOf(["[]"], true, "n job/j")).toMatchObject({text: "", empty: "no backups"});
});

test("a Job without an answer names where its log is", () => {
  expect(findingsOf([], false, "n job/j").text).toBe("see: kubectl logs -n n job/j --all-containers");
});
