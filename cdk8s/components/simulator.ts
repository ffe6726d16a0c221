import type {Chart} from "cdk8s";
import {type BuildContext, env, running} from "../context.ts";
import {deployment} from "../workload.ts";
import {kafkaClient} from "./kafka.ts";

/** All simulated vehicles in one pod; two at a time would send the same vehicle twice, hence Recreate. */
export function simulator(chart: Chart, context: BuildContext): void {
  const {vehicles, ratePerVehicle, scenario, seed, faults, sizing} = context.spec.simulator;
  const {env: kafkaEnv, files} = kafkaClient(context, "simulator");
  deployment(chart, context, {
    name: `${context.name}-simulator`,
    command: ["workloads/simulator/main.ts"],
    replicas: running(context) ? 1 : 0,
    strategy: "Recreate",
    sizing,
    files,
    env: [
      ...kafkaEnv,
      ...env({
        VEHICLES: vehicles,
        RATE_PER_VEHICLE: ratePerVehicle,
        SCENARIO: scenario,
        SEED: seed,
        MALFORMED_PER_MILLION: faults.malformedPerMillion,
      }),
    ],
  });
}
