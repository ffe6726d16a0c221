import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

/** Sixteen events a second fill 100 MB a day, and Cassandra's own figure is up to a fifth too high. */
const WIDE_BYTES = 128 * 1_048_576;

/** Alerts on the size of one day of one vehicle in Cassandra. */
export const partitionAlerts = (select: Select): Alert[] => [
  {
    name: "CassandraPartitionWide",
    severity: "warning",
    expr: `max by (namespace, pipeline, pod) (${select("org_apache_cassandra_metrics_table_max_partition_size", 'table="telemetry"')}) > ${WIDE_BYTES}`,
    for: "5m",
    summary: "A day of one vehicle takes {{ $value | humanize1024 }}B on {{ $labels.pod }}.",
    meaning:
      "Cassandra keeps a day of a vehicle in one partition. Above some 100 MB, compactions need much memory, and reads and repairs of that vehicle become slow. Nothing is lost.",
    fix: "Find the vehicle that sends more than 16 events a second, or large events: `nodetool toppartitions telemetry telemetry 10000`, or large partitions in Cassandra's log. Send less often, put several readings into one event, or use one id for each device. The figure falls after spec.cassandra.ttl.",
  },
];
