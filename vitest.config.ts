import {join} from "node:path";
import {defineConfig} from "vitest/config";

const cluster = {fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000};

/** Too long for every run: TRIAL=1 runs them with the others. */
const trials = process.env.TRIAL ? [] : ["test/apiserver/slow.test.ts"];

/** `unit` needs nothing; `data` starts Kafka, PostgreSQL and Cassandra as plain processes, `apiserver` an embedded control plane for each of
 * its workers, `e2e` one embedded cluster; one project after the other. */
export default defineConfig({
  test: {
    // Without what earlier runs took, files run in one order everywhere, that of a fresh machine.
    cache: false,
    reporters: ["default", "./test/apiserver/end.ts"],
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
          testTimeout: 600_000,
          include: ["test/data/**/*.test.ts"],
          globalSetup: "test/data/setup.ts",
          sequence: {groupOrder: 1},
        },
      },
      {
        test: {
          ...cluster,
          name: "apiserver",
          // Each worker has a control plane of its own.
          fileParallelism: true,
          maxWorkers: 3,
          // Go's programs collect garbage less often, Node's keep what they compiled: a third of the CPU of each.
          env: {GOGC: "400", NODE_COMPILE_CACHE: join(import.meta.dirname, ".build/node")},
          include: ["test/apiserver/**/*.test.ts"],
          exclude: trials,
          globalSetup: "test/apiserver/setup.ts",
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
