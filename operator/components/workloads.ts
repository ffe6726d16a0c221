import {ingester} from "../../cdk8s/components/ingester.ts";
import {simulator} from "../../cdk8s/components/simulator.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

const judge = {Deployment: replicasReady};

const ingesterOf = (store: "timescaledb" | "cassandra"): Component => ({
  name: `ingester-${store}`,
  dependsOn: ["kafka", store],
  enabled: (spec) => spec[store].enabled,
  build: ingester(store),
  readiness: (live) => allReady(live, judge),
});

export const workloads: Component[] = [
  ingesterOf("timescaledb"),
  ingesterOf("cassandra"),
  {
    name: "simulator",
    dependsOn: ["kafka"],
    enabled: (spec) => spec.simulator.enabled,
    build: simulator,
    readiness: (live) => allReady(live, judge),
  },
];
