import {hasAlertReceiver} from "../../api/components/alerting.ts";
import {alertReceiver as build} from "../../cdk8s/components/alert-receiver/manifests.ts";
import {allReady, type Component, replicasReady} from "./component.ts";

/** Keeps alerts, shows and forwards them. It waits for its database itself. */
export const alertReceiver: Component = {
  name: "alert-receiver",
  dependsOn: ["timescaledb"],
  enabled: hasAlertReceiver,
  passwords: {suffixes: ["alert-receiver"]},
  build,
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
};
