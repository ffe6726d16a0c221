import {defineConfig} from "vitest/config";
import Order from "./test/order.ts";

const cluster = {fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000};

/** `unit` needs nothing; `data` starts Kafka, PostgreSQL and Cassandra as plain processes, the others an embedded control plane or
 * cluster, one after the other. */
export default defineConfig({
  test: {
    // Without what earlier runs took, files run in one order everywhere, that of a fresh machine.
    cache: false,
    sequence: {sequencer: Order},
    reporters: ["default", "./test/report/reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          // Some simulate hours of driving; on a busy machine that takes longer than the default.
          testTimeout: 60_000,
          include: ["{operator,cdk8s,workloads,cluster}/**/*.test.ts", "test/{unit,golden,report}/**/*.test.ts"],
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
          include: ["test/apiserver/**/*.test.ts"],
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
          setupFiles: "test/e2e/on-failure.ts",
          sequence: {groupOrder: 3},
        },
      },
      {
        // The long proofs of `make verify`, not part of `make test`.
        test: {
          ...cluster,
          name: "verify",
          include: ["test/verify/**/*.test.ts"],
          globalSetup: "test/e2e/cluster.ts",
          setupFiles: "test/e2e/on-failure.ts",
          sequence: {groupOrder: 4},
        },
      },
    ],
  },
});
