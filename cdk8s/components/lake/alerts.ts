import {type Alert, FLOW} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

/** What explains that the lake has no new rows. */
const LAKE: Pick<Alert, "by" | "labels"> = {by: "store", labels: {store: "lake"}};

/** What the ingester says of the same. */
const OF_TABLES = ["LakeUnreachable", "LakeWritesRefused", "LakeNotCommitting"];

/** @param servers pods of SeaweedFS that there should be */
export const lakeAlerts = (select: Select, servers: number): Alert[] => [
  {
    name: "LakeServerDown",
    severity: "critical",
    expr: `(sum(${select("up", 'component="lake"')}) or vector(0)) < ${servers}`,
    for: "3m",
    summary: `{{ $value }} of ${servers} targets of SeaweedFS give a sign of life.`,
    meaning:
      "Events for the lake wait in Kafka. With a single server, or without its filer, the lake cannot be read either.",
    fix: "`kubectl get pods -l telemetry.dev/component=lake`: check the pod that is missing or not ready, its log, its node and its volume.",
    explains: ["LakeRequestsFailing", ...OF_TABLES, "TelemetryComponentNotReady", ...FLOW.slice(0, 4)],
    ...LAKE,
  },
  {
    name: "LakeStoreFull",
    severity: "critical",
    expr: `sum by (namespace, pipeline) (${select("SeaweedFS_volumeServer_read_only_volumes", 'type="isDiskSpaceLow"')}) > 0`,
    for: "2m",
    summary: "The disk of SeaweedFS has less than 2 % left: it takes no more files.",
    meaning: "Events for the lake wait in Kafka. What is stored can be read and deleted.",
    fix: "Raise spec.lake.storage, or set spec.lake.retention. In profile Production raise spec.lake.volumeServers.",
    explains: ["LakeRequestsFailing", ...OF_TABLES, ...FLOW.slice(0, 4)],
    ...LAKE,
  },
  {
    name: "LakeDiskErrors",
    severity: "critical",
    expr: `sum by (namespace, pipeline, pod) (increase(${select("SeaweedFS_volumeServer_storage_io_error_total")}[10m])) > 0`,
    for: "0m",
    summary: "{{ $value | humanize }} reads or writes of {{ $labels.pod }}'s disk failed in the last 10 minutes.",
    meaning: "Files of the lake may be lost. SeaweedFS takes no more writes for the files concerned.",
    fix: "Check the volume and its disk. In profile Production replace the pod's volume: the files have a copy. Otherwise restore the lake from your own copy of the bucket.",
  },
  {
    name: "LakeRequestsFailing",
    severity: "warning",
    expr: `sum by (namespace, pipeline) (rate(${select("SeaweedFS_s3_request_total", 'code=~"5.."')}[5m])) > 0.1`,
    for: "5m",
    summary: "{{ $value | humanize }} requests a second to the lake's object store fail.",
    meaning: "The ingester tries again and loses nothing; other programs may see errors.",
    fix: "Read the log: `kubectl logs -l telemetry.dev/component=lake --prefix`. Often the disk is full or too slow.",
    ...LAKE,
  },
];
