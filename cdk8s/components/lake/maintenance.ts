import type {Chart} from "cdk8s";
import type {PlanContext} from "../../component.ts";
import {scheduledProgram} from "../../workload.ts";
import {lakeWriter} from "./client.ts";

export const maintenanceName = (pipeline: string): string => `${pipeline}-lake-maintenance`;

/** Rows are sorted in its memory, and beyond it on its disk. */
const SIZING = {cpu: "50m", memory: "768Mi"};

/** Merges small files, drops what is older than the retention, and removes what nothing leads to any more; every hour. */
export function maintenance(chart: Chart, context: PlanContext): void {
  const {env, files} = lakeWriter(context);
  scheduledProgram(chart, context, {
    name: maintenanceName(context.name),
    command: ["workloads/lake/maintenance.ts"],
    schedule: "17 * * * *",
    description:
      "Merges the lake's small files, drops days past its retention, and removes files that nothing leads to any more.",
    image: "lake",
    env,
    files,
    sizing: SIZING,
    options: context.spec.lake.pod,
  });
}
