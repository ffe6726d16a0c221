import {defineConfig} from "vitest/config";

const cluster = {fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000};

/** Too long for every run: TRIAL=1 runs them with the others. */
const trials = process.env.TRIAL ? [] : ["test/apiserver/slow.test.ts"];

/** `unit` needs nothing; `data` starts Kafka, PostgreSQL and Cassandra as plain processes, the others an embedded control plane or
 * cluster, one after the other. */
export default defineConfig({
  test: {
    // Without what earlier runs took, files run in one order everywhere, that of a fresh machine.
    cache: false,
    projects: [
      {
        test: {
          name: "unit",
          // Some simulate hours of driving; on a busy machine that takes longer than the default.
          testTimeout: 60_000,
          include: ["{operator,cdk8s,workloads,cluster}/**/*.test.ts", "test/{unit,golden}/**/*.test.ts"],
          sequence: {groupOrder: 0},
        },
      },
      {
        test: {
          ...cluster,
          name: "data",
          include: ["test/data/**/*.test.ts"],
          globalSetup: "test/data/setup.ts",
          // Its tests mostly wait: many run at once, each on a lane of its own (test/data/lanes.ts).
          fileParallelism: true,
          maxWorkers: 4,
          maxConcurrency: 3,
          sequence: {groupOrder: 1, concurrent: true},
        },
      },
      {
        test: {
          ...cluster,
          name: "apiserver",
          include: ["test/apiserver/**/*.test.ts"],
          exclude: trials,
          globalSetup: "test/apiserver/cluster.ts",
          sequence: {groupOrder: 2},
        },
      },
      {
        test: {
          ...cluster,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/e2e/cluster.ts",
          sequence: {groupOrder: 3},
        },
      },
    ],
  },
});
