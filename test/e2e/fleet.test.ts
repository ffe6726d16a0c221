import {describe} from "vitest";

/** One pipeline, in namespace default, through its life: each part changes what the one before left, the last removes it. */
const parts = {
  console: () => import("./fleet/console.ts"),
  alerting: () => import("./fleet/alerting.ts"),
  applications: () => import("./fleet/applications.ts"),
  pipeline: () => import("./fleet/pipeline.ts"),
  removal: () => import("./fleet/removal.ts"),
};

for (const [name, load] of Object.entries(parts)) describe(name, async () => void (await load()));
