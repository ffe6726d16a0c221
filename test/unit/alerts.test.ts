import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {stringify} from "yaml";
import {alertsOf} from "../../cdk8s/components/alerts.ts";
import {run} from "../../cluster/shell.ts";
import {promtool} from "./promtool.ts";

const alerts = alertsOf("fleet", "default");
const L = 'namespace="default",pipeline="fleet"';
const own = (name: string, more: string, values: string) => ({series: `${name}{${L}${more}}`, values});
const store = ',store="cassandra"';
const rows = (values: string) => own("telemetry_ingester_rows_total", store, values);
const lag = (values: string) => own("telemetry_ingester_lag_events", store, values);
const fresh = (values: string) => own("telemetry_ingester_freshness_seconds", store, values);
const other = (metric: string, values: string) => ({
  series: `${metric}{namespace="default",pipeline="other",store="cassandra"}`,
  values,
});
const volume = (metric: string, values: string) => ({
  series: `kubelet_volume_stats_${metric}_bytes{namespace="default",persistentvolumeclaim="data-fleet-timescaledb-0"}`,
  values,
});
const bucket = (le: string, values: string) =>
  own("telemetry_ingester_write_seconds_bucket", `${store},le="${le}"`, values);

/** For each alert, series of one sample a minute: those that make it fire at the given minute, and those that do not. */
const cases: Record<string, {at: number; fires: object[]; quiet: object[]}> = {
  TelemetryStoreStale: {
    at: 10,
    fires: [fresh("0+60x15"), lag("100x15")],
    // Old rows with nothing waiting: the fleet rests.
    quiet: [fresh("0+60x15"), lag("0x15"), other("telemetry_ingester_lag_events", "100x15")],
  },
  TelemetryConsumerStuck: {at: 15, fires: [rows("500x20"), lag("10x20")], quiet: [rows("0+600x20"), lag("10x20")]},
  TelemetryLagGrowing: {
    at: 25,
    fires: [rows("0+6000x30"), lag("10000+1000x30")],
    quiet: [rows("0+6000x30"), lag("40000-1000x30")],
  },
  TelemetryWritesSlow: {
    at: 20,
    fires: [bucket("1", "0x30"), bucket("5", "0x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
    quiet: [bucket("1", "0+10x30"), bucket("5", "0+10x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
  },
  TelemetryDeadLetters: {
    at: 5,
    fires: [own("telemetry_ingester_dead_letters_total", store, "0 0 3 3 3 3")],
    quiet: [own("telemetry_ingester_dead_letters_total", store, "3x5")],
  },
  TelemetryNoEvents: {at: 25, fires: [rows("7x30"), lag("0x30")], quiet: [rows("0+1x30"), lag("0x30")]},
  TelemetrySimulatorStuck: {
    at: 15,
    fires: [
      own("telemetry_simulator_vehicles", "", "4x20"),
      own("telemetry_simulator_acknowledged_total", ',kind="valid"', "9x20"),
    ],
    quiet: [
      own("telemetry_simulator_vehicles", "", "0x20"),
      own("telemetry_simulator_acknowledged_total", ',kind="valid"', "9x20"),
    ],
  },
  TelemetryTargetDown: {
    at: 10,
    fires: [
      own("up", ',component="simulator",pod="a"', "1 1 0x10"),
      own("up", ',component="simulator",pod="b"', "1x12"),
    ],
    quiet: [own("up", ',component="simulator",pod="a"', "1x12")],
  },
  TelemetryPodRestarting: {
    at: 15,
    fires: [
      {
        series:
          'kube_pod_container_status_restarts_total{namespace="default",pod="fleet-simulator-0",container="simulator"}',
        values: "0+1x15",
      },
    ],
    quiet: [
      {
        series:
          'kube_pod_container_status_restarts_total{namespace="other",pod="fleet-simulator-0",container="simulator"}',
        values: "0+1x15",
      },
    ],
  },
  TelemetryVolumeFilling: {
    at: 480,
    fires: [volume("available", "3000-5x480"), volume("capacity", "9000x480")],
    quiet: [volume("available", "9000-5x480"), volume("capacity", "9000x480")],
  },
};

const sum = (name: string, more: string, bad: string, good: string, at = 20) => ({
  at,
  fires: [own(name, more, bad)],
  quiet: [own(name, more, good)],
});
const cassandraMetric = (name: string) => `org_apache_cassandra_metrics_${name}`;
Object.assign(cases, {
  TimescaledbDown: sum("pg_up", "", "0x20", "1x20"),
  TimescaledbConnectionsExhausted: {
    at: 20,
    fires: [
      own("pg_stat_database_numbackends", ',datname="telemetry"', "85x20"),
      own("pg_settings_max_connections", "", "100x20"),
    ],
    quiet: [
      own("pg_stat_database_numbackends", ',datname="telemetry"', "70x20"),
      own("pg_settings_max_connections", "", "100x20"),
    ],
  },
  TimescaledbDeadlocks: sum("pg_stat_database_deadlocks", ',datname="telemetry"', "0x15 2x5", "2x20"),
  // Retention of 30 days, chunks of one: the oldest may be 31 days old.
  TimescaledbRetentionBehind: sum("timescaledb_oldest_chunk_age_seconds", "", "2700000+60x300", "2600000+60x300", 250),
  KafkaOfflinePartitions: sum("kafka_controller_kafkacontroller_offlinepartitionscount", "", "2x20", "0x20"),
  KafkaUnderReplicated: sum("kafka_server_replicamanager_underreplicatedpartitions", "", "1x20", "1x5 0x15"),
  KafkaNoController: sum("kafka_controller_kafkacontroller_activecontrollercount", ',pod="a"', "0x20", "1x20"),
  KafkaLogDirectoryOffline: sum("kafka_log_logmanager_offlinelogdirectorycount", ',pod="a"', "1x20", "0x20"),
  CassandraUnavailable: sum(
    cassandraMetric("client_request_unavailables_total"),
    ',request_type="Write"',
    "0+1x20",
    "5x20",
  ),
  CassandraTimeouts: sum(
    cassandraMetric("client_request_timeouts_total"),
    ',request_type="Write"',
    "0+90x20",
    "0+30x20",
  ),
  CassandraDroppedMessages: sum(
    cassandraMetric("dropped_message_dropped_total"),
    ',message_type="MUTATION_REQ"',
    "0+1x20",
    "3x20",
  ),
  CassandraCompactionsPending: sum(cassandraMetric("table_pending_compactions"), ',pod="a"', "150x20", "90x20"),
  LongGarbageCollection: sum("jvm_gc_collection_seconds_sum", ',component="kafka",pod="a"', "0+9x20", "0+3x20"),
});

test("every alert has a case that makes it fire and one that does not", () => {
  expect(Object.keys(cases).sort()).toEqual(alerts.map(({name}) => name).sort());
});

test("promtool agrees: each alert fires on its fault, with its summary, and on nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    const rules = alerts.map(({name, expr, for: duration, severity}) => ({
      alert: name,
      expr,
      for: duration,
      labels: {severity},
    }));
    writeFileSync(join(folder, "rules.yaml"), stringify({groups: [{name: "telemetry", rules}]}));
    const tests = alerts.flatMap(({name, severity}) => {
      const {at, fires, quiet} = cases[name]!;
      const one = (input_series: object[], exp_alerts: object[]) => ({
        interval: "1m",
        input_series,
        alert_rule_test: [{eval_time: `${at}m`, alertname: name, exp_alerts}],
      });
      return [one(fires, [{exp_labels: {...labelsOf(name), severity}}]), one(quiet, [])];
    });
    writeFileSync(
      join(folder, "tests.yaml"),
      stringify({rule_files: ["rules.yaml"], evaluation_interval: "1m", tests}),
    );
    const program = await promtool();
    await run(program, ["check", "rules", "rules.yaml"], {cwd: folder});
    await run(program, ["test", "rules", "tests.yaml"], {cwd: folder});
  } finally {
    rmSync(folder, {recursive: true});
  }
}, 300_000);

/** Labels that tell people where to look. */
function labelsOf(name: string): Record<string, string> {
  if (/^TelemetrySimulatorStuck|^Kafka(Off|Under|NoC)/.test(name)) return {};
  if (name === "KafkaLogDirectoryOffline" || name === "CassandraCompactionsPending") return {pod: "a"};
  if (name === "CassandraDroppedMessages") return {message_type: "MUTATION_REQ"};
  if (name === "LongGarbageCollection") return {component: "kafka", pod: "a"};
  if (name === "TimescaledbDown") return {namespace: "default", pipeline: "fleet"};
  if (name.startsWith("Timescaledb")) return {};
  if (name.startsWith("Cassandra")) return {request_type: "Write"};
  if (name === "TelemetryTargetDown") return {component: "simulator"};
  if (name === "TelemetryPodRestarting")
    return {namespace: "default", pod: "fleet-simulator-0", container: "simulator"};
  if (name === "TelemetryVolumeFilling")
    return {namespace: "default", persistentvolumeclaim: "data-fleet-timescaledb-0"};
  return {store: "cassandra"};
}
