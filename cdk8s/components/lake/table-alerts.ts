import type {ResolvedSpec} from "../../../api/pipeline.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {type Alert, FLOW} from "../monitoring/alert.ts";
import {type Select, series} from "../monitoring/records.ts";

const BY = "by (namespace, pipeline, store)";
const SAME = "on (namespace, pipeline, store)";
const LAKE: Pick<Alert, "by" | "labels"> = {by: "store", labels: {store: "lake"}};
/** What follows when the lake takes no rows. */
const NO_ROWS = FLOW.slice(0, 4);

/** A commit may be made again a few times, and wait for the store. */
const LEAST_SILENCE_SECONDS = 600;
/** Maintenance runs every hour. */
const LATE_SECONDS = 2 * 3_600;
/** A few files of each size remain of the present day, and a file or two of each other one. */
const MORE_FILES = 200;

/** Alerts by what the ingester says of its tables, whoever runs the object store and the catalogue. */
export function tableAlerts(select: Select, {lake}: Pick<ResolvedSpec, "lake">): Alert[] {
  const silence = Math.max(LEAST_SILENCE_SECONDS, 3 * secondsOf(lake.commitInterval));
  // While the catalogue is away nobody knows: the last that was known holds.
  const committed = `max ${BY} (max_over_time(${select("telemetry_lake_committed_timestamp_seconds")}[1d]))`;
  const files = `min ${BY} (min_over_time(${select("telemetry_lake_files")}[2h]`;
  const maintained = `max ${BY} (${select("telemetry_lake_maintained_timestamp_seconds")})`;
  return [
    ...troubleAlerts(select),
    {
      name: "LakeNotCommitting",
      severity: "critical",
      expr: `time() - ${committed} > ${silence} and ${SAME} min_over_time(${select(series.lag, 'store="lake"')}[${silence}s]) > 0`,
      for: "2m",
      summary: "The lake's last commit was {{ $value | humanizeDuration }} ago, and events wait.",
      meaning: `With spec.lake.commitInterval ${lake.commitInterval} rows become readable far more often. What waits is read from Kafka again, so nothing is lost within its retention.`,
      fix: "`telemetry-operator status <pipeline>` and the log of the ingester have the reason: `kubectl logs -l telemetry.dev/component=ingester-lake`. Often another writer holds the table, or the store is too slow.",
      explains: NO_ROWS,
      ...LAKE,
    },
    {
      name: "LakeMaintenanceLate",
      severity: "warning",
      // A lake that is new has not been tended yet, and is waited for as long.
      expr: `max ${BY} (${select("telemetry_lake_files")}) > 0 unless ${SAME} ${maintained} > time() - ${LATE_SECONDS}`,
      for: "1h",
      summary: "The lake has {{ $value }} files, and its maintenance has not come to an end for hours.",
      meaning:
        "Small files grow in number, and queries take longer. Snapshots and days past spec.lake.retention stay, and take space.",
      fix: "`kubectl get jobs` shows whether the Jobs of CronJob <pipeline>-lake-maintenance begin, and their logs why they end. If one is killed for its memory, raise spec.lake.pod.resources.",
      explains: ["LakeSmallFilesGrow"],
      ...LAKE,
    },
    {
      name: "LakeSmallFilesGrow",
      severity: "warning",
      // The least of two hours is what a run of maintenance has left.
      expr: `${files})) - ${files} offset 6h)) > ${MORE_FILES}`,
      for: "1h",
      summary: "The lake has {{ $value }} files more than six hours ago: compaction does not keep up.",
      meaning: "Each query opens more files, and takes longer. Nothing is lost.",
      fix: "Read what the last run says: `kubectl logs job/<its name>`. A table with another engine's deletes is left alone: compact it there. Otherwise raise spec.lake.commitInterval: each commit writes a file for each day that it has rows of.",
      ...LAKE,
    },
  ];
}

/** Tries of the ingester that fail, by reason. */
function troubleAlerts(select: Select): Alert[] {
  const failing = (reasons: string) =>
    `sum by (namespace, pipeline, store, reason) (increase(${select("telemetry_ingester_store_errors_total", `store="lake",reason=~"${reasons}"`)}[5m])) > 0`;
  const explains = ["LakeNotCommitting", "TelemetryComponentNotReady", ...NO_ROWS];
  return [
    {
      name: "LakeUnreachable",
      severity: "critical",
      expr: failing("unreachable|overloaded"),
      for: "3m",
      summary: "The lake's object store or catalogue does not answer the ingester ({{ $labels.reason }}).",
      meaning: "Events for the lake wait in Kafka, and are written when both answer.",
      fix: "`telemetry-operator status <pipeline>` names the server and its words. Check its pods, or with provider External the addresses in spec.lake.external, network policies and the certificate.",
      explains,
      ...LAKE,
    },
    {
      name: "LakeWritesRefused",
      severity: "critical",
      expr: failing("credentials|schema|disk-full|other"),
      for: "3m",
      summary: "The lake's object store or catalogue refuses writes ({{ $labels.reason }}).",
      meaning:
        "Events for the lake wait in Kafka. The reason is a login (credentials), a table that was dropped or altered (schema), space (disk-full) or what the store says.",
      fix: "`telemetry-operator status <pipeline>` quotes the refusal. For credentials correct the Secret; for a table that is gone delete the Job <pipeline>-lake-schema-…, and the operator runs the set-up again; for a full disk see LakeStoreFull, or your store's quota.",
      explains,
      ...LAKE,
    },
  ];
}
