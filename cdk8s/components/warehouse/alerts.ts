import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

const LOGS = "`kubectl logs -l telemetry.dev/component=warehouse --prefix --all-containers` has the reason.";

export function warehouseAlerts(select: Select, spec: ResolvedSpec): Alert[] {
  if (!isRunning(spec)) return [];
  const slow = select("telemetry_warehouse_query_seconds_bucket");
  return [
    {
      name: "WarehouseTableStalled",
      severity: "warning",
      expr: `max by (namespace, pipeline, table) (${select("telemetry_warehouse_table_healthy")}) == 0`,
      for: "10m",
      summary: "Table {{ $labels.table }} of the warehouse has not been filled for 10 minutes.",
      meaning:
        "Events wait in Kafka, which keeps them for spec.kafka.topic.retention, and predictions in TimescaleDB; answers lack them meanwhile.",
      fix: `\`npx telemetry-operator status <pipeline>\` has Druid's own words. ${LOGS}`,
      explains: ["WarehouseBehind"],
    },
    {
      name: "WarehouseBehind",
      severity: "warning",
      expr: `max by (namespace, pipeline, table) (${select("telemetry_warehouse_lag_events")}) > 100000`,
      for: "15m",
      summary: "Table {{ $labels.table }} of the warehouse is {{ $value | humanize }} events behind Kafka.",
      meaning:
        "Answers lack the newest events. What Kafka drops by its age before Druid has read it is missing for good.",
      fix: "Look whether the indexer is short of CPU or memory: `kubectl top pods -l component=indexer`. After a backlog it catches up by itself.",
    },
    {
      name: "WarehouseSegmentsUnavailable",
      severity: "warning",
      expr: `max by (namespace, pipeline, table) (${select("telemetry_warehouse_segments_unavailable")}) > 0`,
      for: "15m",
      summary: "{{ $value }} segments of table {{ $labels.table }} are on no historical.",
      meaning: "Answers lack the rows in them.",
      fix: `Check the historicals, their volumes (raise spec.warehouse.storage when they are full) and the object store. ${LOGS}`,
    },
    {
      name: "WarehouseSlow",
      severity: "warning",
      expr: `histogram_quantile(0.9, sum by (namespace, pipeline, le) (rate(${slow}[10m]))) > 3`,
      for: "15m",
      summary: "The warehouse takes more than 3 seconds for a small question.",
      meaning: "People and dashboards wait.",
      fix: "Look for large questions and for brokers and historicals that are short of CPU: `kubectl top pods -l druid_cr=<pipeline>-warehouse`.",
    },
  ];
}
