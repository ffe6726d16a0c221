import type {Alert} from "./alert.ts";
import {quoted} from "./pod-owners.ts";
import {type Pipeline, selectOf, series} from "./records.ts";

/** Alerts on a pipeline's pods and volumes, by the metrics of Kubernetes. */
export function podAlerts(pipeline: Pipeline): Alert[] {
  const select = selectOf(pipeline);
  const inNamespace = `{namespace="${pipeline.namespace}"}`;
  const ofPods = `and on (namespace, pod) ${select(series.pods)}`;
  const ofVolumes = `and on (namespace, persistentvolumeclaim) ${select(series.volumes)}`;
  const stat = (name: string) => `kubelet_volume_stats_${name}${inNamespace}`;
  const left = `${stat("available_bytes")} / ${stat("capacity_bytes")}`;
  /** Full so many seconds from now, if it goes on as it did. */
  const full = (window: string, seconds: number) =>
    `predict_linear(kubelet_volume_stats_available_bytes${inNamespace}[${window}], ${seconds}) < 0`;
  const by = "persistentvolumeclaim";
  const cronJobs = (pipeline.podOwners ?? []).filter(({kind}) => kind === "CronJob").map(({name}) => quoted(name));
  const failed = `kube_job_failed{namespace="${pipeline.namespace}",condition="true"}`;
  const ITS_SERVER = "Its broker or database will stop.";
  const GROW = "Raise the storage field of the component (volumes grow live), or shorten its retention.";
  return [
    {
      name: "TelemetryPodRestarting",
      severity: "warning",
      expr: `round(increase(kube_pod_container_status_restarts_total${inNamespace}[15m])) > 2 ${ofPods}`,
      for: "0m",
      summary:
        "Container {{ $labels.container }} of {{ $labels.pod }} has restarted {{ $value | humanize }} times in 15 minutes.",
      meaning: "A program exits repeatedly: too little memory, or a failure at its start.",
      fix: "`kubectl describe pod` shows the last exit, `kubectl logs --previous` its log.",
    },
    {
      name: "TelemetryJobFailed",
      severity: "warning",
      // A Job that failed stays until another one does.
      expr: `max by (namespace, cronjob) (label_replace((${failed} == 1 unless ${failed} offset 1h == 1) * on (namespace, job_name) group_left (owner_name) kube_job_owner{namespace="${pipeline.namespace}",owner_kind="CronJob",owner_name=~"${cronJobs.sort().join("|")}"}, "cronjob", "$1", "owner_name", "(.*)"))`,
      for: "0m",
      summary: "A Job of CronJob {{ $labels.cronjob }} has failed, after all its retries.",
      meaning: "What it does was not done, or a check found something wrong. The next run tries again.",
      fix: "`kubectl get jobs`, then `kubectl logs job/<its name> --all-containers` shows why.",
    },
    {
      name: "TelemetryVolumeFull",
      severity: "critical",
      expr: `(${left} < 0.03 or ${stat("inodes_free")} / (${stat("inodes")} > 0) < 0.03) ${ofVolumes}`,
      for: "1m",
      by,
      summary:
        "Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its bytes or files left.",
      meaning: "The broker or database stops, or has stopped.",
      fix: GROW,
      explains: ["TelemetryVolumeFillingFast", "TelemetryVolumeFilling"],
    },
    {
      name: "TelemetryVolumeFillingFast",
      severity: "critical",
      expr: `${full("5m", 1_800)} and ${left} < 0.6 ${ofVolumes}`,
      for: "1m",
      by,
      summary: "Volume {{ $labels.persistentvolumeclaim }} will be full within 30 minutes.",
      meaning: `Far more is written than usual. ${ITS_SERVER}`,
      fix: `${GROW} Then look for the cause: a load or replay, a slot or archive that keeps the log, senders that repeat themselves.`,
      explains: ["TelemetryVolumeFilling"],
    },
    {
      name: "TelemetryVolumeFilling",
      severity: "critical",
      expr: `${full("6h", 86_400)} and ${left} < 0.4 ${ofVolumes}`,
      for: "1h",
      by,
      summary: "Volume {{ $labels.persistentvolumeclaim }} will be full within 24 hours.",
      meaning: ITS_SERVER,
      fix: GROW,
    },
    {
      name: "TelemetryVolumeGrowthPending",
      severity: "warning",
      expr: `kube_persistentvolumeclaim_status_condition{namespace="${pipeline.namespace}",condition=~"Resizing|FileSystemResizePending|.*ResizeError",status="true"} == 1 ${ofVolumes}`,
      for: "15m",
      by,
      summary:
        "Volume {{ $labels.persistentvolumeclaim }} was to grow and has not for 15 minutes: {{ $labels.condition }}.",
      meaning: "The volume does not have the size of the spec yet.",
      fix: "FileSystemResizePending: the driver grows the file system only on mount; delete the pods, one at a time. Otherwise `kubectl describe pvc` has the driver's message.",
    },
  ];
}
