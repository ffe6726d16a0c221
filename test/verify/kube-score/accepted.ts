import {resolveSpec} from "../../../api/pipeline.ts";

/** What kube-score names and stays as it is, and why. */
interface Accepted {
  check: string;
  /** In its words; all of the check by default. */
  summary?: string;
  /** Kind and name of the objects. */
  objects: RegExp;
  /** Whether it holds for a pipeline; by default for all, and for the operator itself. */
  holds?(spec: object): boolean;
  reason: string;
}

const single = ({timescaledb, cassandra}: Record<string, {replicas: number}>) =>
  Math.min(timescaledb!.replicas, cassandra!.replicas) < 2;

export const accepted: Accepted[] = [
  {
    check: "container-resources",
    summary: "CPU limit is not set",
    objects: /./,
    reason:
      "A limit slows a program that starts or catches up, and protects nothing that requests do not. spec.<component>.pod.resources.limits.cpu sets one, and a quota of limits.cpu.",
  },
  {
    check: "container-image-pull-policy",
    objects: /./,
    reason: "A tag of ours never names another image, and with Always no pod would start without the registry.",
  },
  {
    check: "pod-probes",
    summary: "Container is missing a livenessProbe",
    objects: /^(StatefulSet fleet-timescaledb|Deployment fleet-timescaledb-exporter)$/,
    reason:
      "PostgreSQL restarts its own processes, and a probe that fails on a busy server would end it during recovery. The exporter is out of use without its server, which a restart does not bring back.",
  },
  {
    check: "pod-networkpolicy",
    objects: /^(StatefulSet|Deployment|Job|CronJob) fleet-/,
    holds: (spec) => !resolveSpec(spec).networkPolicies.enabled,
    reason: "Dev has no policies unless spec.networkPolicies.enabled is true.",
  },
  {
    check: "pod-networkpolicy",
    summary: "The pod does not have a matching egress NetworkPolicy",
    objects: /^Deployment telemetry-operator$/,
    reason: "The addresses and ports of the API server and of external stores are known to the cluster's owner alone.",
  },
  {
    check: "networkpolicy-targets-pod",
    objects: /^NetworkPolicy fleet-(brokers|cassandra-nodes)$/,
    reason: "Strimzi and K8ssandra make the pods.",
  },
  {
    check: "deployment-replicas",
    objects: /^Deployment (fleet-console|fleet-alert-receiver|telemetry-operator)$/,
    reason:
      "One console is enough, and one receiver sends. A second operator only waits for the lease of the first; the chart's value replicas adds it.",
  },
  {
    check: "deployment-replicas",
    objects: /^Deployment fleet-ingester-/,
    holds: (spec) => single(resolveSpec(spec).ingester as never),
    reason: "Events wait in Kafka while the one ingester of a small profile starts again.",
  },
  {
    check: "statefulset-has-servicename",
    objects: /^StatefulSet fleet-timescaledb$/,
    reason:
      "It has one pod, which clients reach by a Service with an address. serviceName cannot change on a live StatefulSet, and nobody asks for the pod by a name of its own.",
  },
];
