import {expect, test} from "vitest";
import {jobOf} from "./backup.ts";

const container = (name: string, image: string, args: string[]) => ({
  name,
  image,
  args,
  env: [{name: "X", value: name}],
});
const cronJob = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: {name: "fleet-timescaledb-backup"},
  spec: {
    jobTemplate: {
      spec: {
        template: {
          metadata: {labels: {a: "b"}},
          spec: {
            initContainers: [container("dump", "timescaledb", [])],
            containers: [container("keep", "workloads", ["workloads/backup/main.ts", "keep"])],
          },
        },
      },
    },
  },
};
const metadata = {name: "j", namespace: "n"};
const podOf = (task: "backup" | "restore" | "list", from?: string) =>
  jobOf(cronJob, task, from, metadata).spec.template.spec;

test("a backup now is what the CronJob would do", () => {
  expect(podOf("backup")).toEqual(cronJob.spec.jobTemplate.spec.template.spec);
});

test("a restore fetches with the program that has the bucket's credentials and restores with PostgreSQL's tools", () => {
  const {initContainers, containers} = podOf("restore", "telemetry-1.dump");
  expect(initContainers).toMatchObject([
    {
      name: "fetch",
      image: "workloads",
      args: ["workloads/backup/main.ts", "fetch", "telemetry-1.dump"],
      env: [{value: "keep"}],
    },
  ]);
  expect(containers).toMatchObject([{name: "restore", image: "timescaledb", env: [{value: "dump"}]}]);
});

test("naming the backups makes none", () => {
  const {initContainers, containers} = podOf("list");
  expect(initContainers).toEqual([]);
  expect(containers).toMatchObject([{args: ["workloads/backup/main.ts", "list"]}]);
});
