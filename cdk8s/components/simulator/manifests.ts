import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Manifests, PlanContext} from "../../component.ts";
import {env, running} from "../../context.ts";
import {eventFields} from "../../event-fields.ts";
import {isolate, prometheus} from "../../network.ts";
import {statefulSet} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";

/** The largest share of one pod: a quarter of the events a second that it was measured to send. */
const MAX_VEHICLES = 10_000;
const MAX_EVENTS_PER_SECOND = 20_000;

export const simulator: Manifests = {
  name: "simulator",
  title: "simulator",
  enabled: (spec) => spec.simulator.enabled,
  build,
  uses: ["kafka"],
  metrics: {port: "http"},
  notReady: "aside",
};

/**
 * The simulated vehicles, in blocks, one to a pod. Their settings come as a file that the pods read again when it changes:
 * a change of count, rate or faults restarts nothing and the vehicles drive on.
 */
function build(chart: Chart, context: PlanContext): void {
  const {vehicles, ratePerVehicle, scenario, seed, faults, sizing, pod} = context.spec.simulator;
  const {env: kafkaEnv, files} = kafkaClient(context, "simulator");
  const name = `${context.name}-simulator`;
  isolate(chart, context, {from: [{ports: ["http"], peers: [prometheus(context)]}]});
  const perPod = Math.max(1, Math.floor(Math.min(MAX_VEHICLES, MAX_EVENTS_PER_SECOND / ratePerVehicle)));
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {
    metadata: {name},
    data: {"fleet.json": JSON.stringify({vehicles, ratePerVehicle, scenario, seed, faults}, null, 2)},
  });
  statefulSet(chart, context, {
    name,
    command: ["workloads/simulator/main.ts", "--config", "/etc/simulator/fleet.json"],
    replicas: running(context) ? Math.max(1, Math.ceil(vehicles / perPod)) : 0,
    sizing,
    options: pod,
    files,
    config: {configMap: name, folder: "/etc/simulator"},
    env: [...kafkaEnv, ...env({VEHICLES_PER_POD: perPod}), ...eventFields(context.spec)],
  });
}
