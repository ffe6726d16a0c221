import {defineConfig} from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{operator,cdk8s,workloads,cluster}/**/*.test.ts", "test/{unit,golden}/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/{apiserver,e2e}/**/*.test.ts"],
          globalSetup: "test/cluster.ts",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
