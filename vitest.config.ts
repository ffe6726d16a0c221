import {join} from "node:path";
import {defineConfig} from "vitest/config";
import Order from "./test/order.ts";

const cluster = {fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000};

/** What a pipeline of profile Small requests leaves no room on two cores for another. */
const NODE_FILLING = ["test/e2e/external.test.ts"];

/** Long proofs on plain processes. */
const CLUSTERLESS = ["test/verify/airflow-upgrade.test.ts", "test/verify/mlflow.test.ts"];

/** `unit` needs nothing; `data` starts Kafka, PostgreSQL and Cassandra as plain processes, `apiserver` an embedded control plane for each of
 * its workers, `e2e` and `e2e-alone` one embedded cluster; one project after the other. */
export default defineConfig({
  test: {
    // Without what earlier runs took, files run in one order everywhere, that of a fresh machine.
    cache: false,
    sequence: {sequencer: Order},
    reporters: ["default", "./test/apiserver/end.ts", "./test/report/reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          // vitest's own number on two cores is one, and files that run one by one would come last.
          maxWorkers: 2,
          // Some simulate hours of driving; on a busy machine that takes longer than the default.
          testTimeout: 60_000,
          include: ["{api,operator,cdk8s,workloads,cluster}/**/*.test.ts", "test/{unit,golden,report}/**/*.test.ts"],
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
          // Each worker has a control plane of its own.
          fileParallelism: true,
          maxWorkers: 3,
          // Go's programs collect garbage less often, Node's keep what they compiled: a third of the CPU of each.
          env: {GOGC: "400", NODE_COMPILE_CACHE: join(import.meta.dirname, ".build/node")},
          include: ["test/apiserver/**/*.test.ts"],
          globalSetup: "test/apiserver/setup.ts",
          sequence: {groupOrder: 2},
        },
      },
      {
        test: {
          ...cluster,
          name: "e2e",
          // Two files on one cluster, each in namespaces of its own: much of both is waiting.
          fileParallelism: true,
          maxWorkers: 2,
          include: ["test/e2e/**/*.test.ts"],
          exclude: NODE_FILLING,
          globalSetup: "test/e2e/cluster.ts",
          setupFiles: "test/e2e/on-failure.ts",
          sequence: {groupOrder: 3},
        },
      },
      {
        test: {
          ...cluster,
          name: "e2e-alone",
          include: NODE_FILLING,
          globalSetup: "test/e2e/cluster.ts",
          setupFiles: "test/e2e/on-failure.ts",
          sequence: {groupOrder: 4},
        },
      },
      {
        // What holds on any cluster (`make contract`), not part of `make test`.
        test: {
          ...cluster,
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          globalSetup: "test/e2e/cluster.ts",
          sequence: {groupOrder: 6},
        },
      },
      {
        // The long proofs of `make verify`, not part of `make test`.
        test: {
          ...cluster,
          name: "verify",
          include: ["test/verify/**/*.test.ts"],
          exclude: CLUSTERLESS,
          globalSetup: ["test/e2e/cluster.ts", "test/apiserver/setup.ts"],
          setupFiles: "test/e2e/on-failure.ts",
          sequence: {groupOrder: 5},
        },
      },
      {
        test: {...cluster, name: "verify-data", include: CLUSTERLESS, sequence: {groupOrder: 6}},
      },
    ],
  },
});
