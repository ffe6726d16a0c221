import {bytesOf} from "../../api/quantities.ts";
import {workflows as manifests} from "../../cdk8s/components/workflows/manifests.ts";
import {allReady, type Component, jobDone, neverLess, replicasReady, serverSecrets} from "./component.ts";
import {sameStorageClass} from "./storage-class.ts";
import {observeAirflow} from "./workflows/observe.ts";

/** Airflow. Its database is on TimescaleDB's server unless the spec names another. */
export const workflows: Component = {
  ...manifests,
  // Strimzi makes the login that its tasks have at Kafka.
  dependsOn: ["kafka", "timescaledb"],
  version: () => "3.3.2",
  secrets: ({workflows: {database, dags, oidc}}) => [
    ...serverSecrets("spec.workflows.database", database, ["username", "password", "database"]),
    ...(dags?.git?.secret
      ? [{field: "spec.workflows.dags.git.secret", name: dags.git.secret, keys: ["username", "password"]}]
      : []),
    ...(oidc ? [{field: "spec.workflows.oidc.secret", name: oidc.secret, keys: ["clientSecret"]}] : []),
  ],
  claims: ({workflows: {dags}}) => (dags?.claim ? [{field: "spec.workflows.dags.claim", name: dags.claim}] : []),
  // Processes that wait for the database say less than the Job that sets it up.
  readiness: (live) =>
    allReady(
      live.toSorted((a, b) => Number(b?.kind === "Job") - Number(a?.kind === "Job")),
      {Job: jobDone, Deployment: replicasReady},
    ),
  observe: observeAirflow,
  // What Airflow says of itself comes by no watch.
  pollMs: () => 30_000,
  validate(pairs, {workflows: {storageClass}}) {
    const size = ({spec}: any): string => spec.resources.requests.storage;
    neverLess(pairs, "PersistentVolumeClaim", "spec.workflows.storage", "volumes cannot shrink", size, bytesOf);
    // Without a class in the spec the live volume has the cluster's default.
    const given = storageClass ? pairs : [];
    const classOf = ({spec}: any): string => spec.storageClassName;
    sameStorageClass(given, "PersistentVolumeClaim", "spec.workflows.storageClass", storageClass, classOf);
  },
};
