import type {Chart} from "cdk8s";
import {checksData} from "../../../api/components/checks.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {enabledStores, STORES, traitsOf} from "../../../api/stores.ts";
import {connectionTo, type Manifests, type PlanContext} from "../../component.ts";
import {env} from "../../context.ts";
import {eventFields, eventIdentity} from "../../event-fields.ts";
import {isolate} from "../../network.ts";
import {scheduledProgram} from "../../workload.ts";

/** A job that looks at what the stores have of each hour. */
export const checks: Manifests = {
  name: "data-checks",
  title: "check of the data, an hour at a time",
  enabled: checksData,
  build,
  uses: STORES,
};

function build(chart: Chart, context: PlanContext): void {
  const {spec} = context;
  const stores = enabledStores(spec);
  const clients = stores.map((store) => connectionTo(context, store, true));
  isolate(chart, context);
  scheduledProgram(chart, context, {
    name: `${context.name}-data-checks`,
    // Half an hour after the hour, what came late is there.
    schedule: "41 * * * *",
    description:
      "Compares the stores with one another, event by event, for the last full hour, and looks for gaps and doubtful positions.",
    command: ["workloads/checks/main.ts"],
    image: stores.map((store) => traitsOf(store).image).find((image) => image !== undefined) ?? "workloads",
    env: [
      ...clients.flatMap((client) => client.env),
      ...env({
        STORES: stores.join(),
        DOUBTFUL_PERCENT: spec.checks.doubtfulPercent,
        TIMESCALEDB_RETENTION_SECONDS: secondsOf(spec.timescaledb.retention),
        CASSANDRA_RETENTION_SECONDS: secondsOf(spec.cassandra.ttl),
      }),
      ...eventFields(spec),
      ...eventIdentity(spec),
    ],
    files: clients.flatMap((client) => client.files),
    sizing: spec.checks.sizing,
    options: spec.checks.pod,
  });
}
