import {defineConfig} from "vitest/config";

const cluster = {fileParallelism: false, testTimeout: 120_000, hookTimeout: 600_000};

/** `unit` needs nothing; the others start an embedded control plane or cluster of their own, one after the other. */
export default defineConfig({
  test: {
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
          name: "apiserver",
          include: ["test/apiserver/**/*.test.ts"],
          globalSetup: "test/apiserver/cluster.ts",
          sequence: {groupOrder: 1},
        },
      },
      {
        test: {
          ...cluster,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/e2e/cluster.ts",
          sequence: {groupOrder: 2},
        },
      },
    ],
  },
});
