import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {stringify} from "yaml";
import {inhibitRules} from "../../cdk8s/components/alert-routes/inhibition.ts";
import {alertsOf} from "../../cdk8s/components/monitoring/alerts.ts";
import {ruleGroups} from "../../cdk8s/components/monitoring/rules.ts";
import {dashboards} from "../../cdk8s/dashboards/all.ts";
import {operatorSeries} from "../../cdk8s/install.ts";
import {operatorRules} from "../../cdk8s/operator-alerts.ts";
import {run} from "../../cluster/shell.ts";
import {promtool} from "./promtool.ts";

const FLEET = {
  name: "fleet",
  namespace: "default",
  podOwners: [
    {kind: "Deployment", name: "fleet-console"},
    {kind: "StatefulSet", name: "fleet-timescaledb"},
    {kind: "StatefulSet", name: "fleet.simulator"},
    {kind: "StrimziPodSet", name: "fleet-fleet-pool"},
    {kind: "Job", name: "fleet-schema-1"},
    {kind: "CronJob", name: "fleet-backup"},
  ],
};
const alerts = alertsOf(FLEET);
const L = 'namespace="default",pipeline="fleet"';
const own = (name: string, more: string, values: string) => ({series: `${name}{${L}${more}}`, values});
const store = ',store="cassandra"';
const rows = (values: string) => own("telemetry_ingester_rows_total", store, values);
const lag = (values: string) => own("telemetry_ingester_lag_events", store, values);
const fresh = (values: string) => own("telemetry_ingester_freshness_seconds", store, values);
const of = (partition: number, figure: string, values: string) =>
  own(`telemetry_ingester_partition_${figure}`, `${store},partition="${partition}"`, values);
const expired = (partition: number, values: string) =>
  own("telemetry_ingester_expired_total", `${store},partition="${partition}"`, values);
const expiredAt = (partition: number, values: string) =>
  own("telemetry_ingester_expired_timestamp_seconds", `${store},partition="${partition}"`, values);
const rowsTotal = own("telemetry_ingester_rows_total", store, "0+600x30");
const other = (metric: string, values: string) => ({
  series: `${metric}{namespace="default",pipeline="other",store="cassandra"}`,
  values,
});
const volume = (metric: string, values: string) => ({
  series: `kubelet_volume_stats_${metric}_bytes{namespace="default",persistentvolumeclaim="data-fleet-timescaledb-0"}`,
  values,
});
/** What kube-state-metrics tells of a pod and, if it has one, its volume. */
const pod = (name: string, kind: string, owner: string, claim?: string) => [
  {
    series: `kube_pod_owner{namespace="default",pod="${name}",owner_kind="${kind}",owner_name="${owner}",owner_is_controller="true"}`,
    values: "1x600",
  },
  ...(claim
    ? [
        {
          series: `kube_pod_spec_volumes_persistentvolumeclaims_info{namespace="default",pod="${name}",volume="data",persistentvolumeclaim="${claim}"}`,
          values: "1x600",
        },
      ]
    : []),
];
const owned = (metric: string, by: string, of: string, owner: string, kind: string) => ({
  series: `${metric}{namespace="default",${by}="${of}",owner_kind="${kind}",owner_name="${owner}"}`,
  values: "1x600",
});
const replicaSet = (name: string, deployment: string) =>
  owned("kube_replicaset_owner", "replicaset", name, deployment, "Deployment");
const cronRun = (name: string, cronJob: string) => owned("kube_job_owner", "job_name", name, cronJob, "CronJob");
const database = pod("fleet-timescaledb-0", "StatefulSet", "fleet-timescaledb", "data-fleet-timescaledb-0");
const restarts = (name: string) => ({
  series: `kube_pod_container_status_restarts_total{namespace="default",pod="${name}",container="simulator"}`,
  values: "0+1x600",
});
const condition = (type: string, values: string) => ({
  series: `kube_persistentvolumeclaim_status_condition{namespace="default",persistentvolumeclaim="data-fleet-timescaledb-0",condition="${type}",status="true"}`,
  values,
});
const bucket = (le: string, values: string) =>
  own("telemetry_ingester_write_seconds_bucket", `${store},le="${le}"`, values);

/** A counter that one bad event in nine minutes makes. */
const everyNine = Array.from({length: 100}, (_, minute) => Math.floor(minute / 9)).join(" ");

/** For each alert, series of one sample a minute: those that make it fire at the given minute, and those that do not. */
const cases: Record<string, {at: number; fires: object[]; quiet: object[]}> = {
  TelemetryStoreStale: {
    at: 10,
    fires: [fresh("0+60x15"), lag("0x15")],
    quiet: [fresh("90x15"), lag("100x15"), other("telemetry_ingester_freshness_seconds", "900x15")],
  },
  TelemetryConsumerStuck: {at: 15, fires: [rows("500x20"), lag("10x20")], quiet: [rows("0+600x20"), lag("10x20")]},
  TelemetryLagGrowing: {
    at: 25,
    // A hundred rows a second, 35,000 events behind: nearly six minutes of data.
    fires: [rows("0+6000x30"), lag("10000+1000x30")],
    quiet: [rows("0+6000x30"), lag("40000-1000x30")],
  },
  // Long ago, and just now: by the time of the test, which begins at 0.
  TelemetryEventsExpired: {
    at: 120,
    fires: [expired(0, "0x60 390x70"), expiredAt(0, "_x60 6000x70")],
    quiet: [expired(0, "390x130"), expiredAt(0, "600x130"), expired(1, "0x130")],
  },
  TelemetryHeldBack: {
    at: 5,
    fires: [of(0, "held_back", "0x10"), of(1, "held_back", "1000x10"), lag("1000x10")],
    quiet: [of(0, "held_back", "0x10"), lag("1000x10"), own("telemetry_ingester_held_back", store, "40x10")],
  },
  // One of two stands still; the quiet one is held back by a transaction, or moves now and then.
  TelemetryPartitionStuck: {
    at: 8,
    fires: [of(0, "lag", "0x5 10+10x10"), of(0, "committed", "500x20"), of(1, "committed", "0+600x20"), rowsTotal],
    quiet: [
      of(0, "lag", "0x5 10+10x10"),
      of(0, "committed", "500x20"),
      of(0, "held_back", "10x20"),
      of(1, "lag", "10x20"),
      of(1, "committed", "0+1x20"),
      rowsTotal,
    ],
  },
  TelemetryClockAhead: {
    at: 15,
    fires: [own("telemetry_ingester_clock_ahead_seconds", store, "82800x20")],
    quiet: [own("telemetry_ingester_clock_ahead_seconds", store, "600x20")],
  },
  TelemetryWritesSlow: {
    at: 20,
    fires: [bucket("1", "0x30"), bucket("5", "0x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
    quiet: [bucket("1", "0+10x30"), bucket("5", "0+10x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
  },
  TelemetryDeadLetters: {
    at: 5,
    fires: [own("telemetry_ingester_dead_letters_total", store, "0 0 9 9 9 9"), rows("0+60x5")],
    // Nine of ten thousand.
    quiet: [own("telemetry_ingester_dead_letters_total", store, "0 0 9 9 9 9"), rows("0+5000x5")],
  },
  TelemetryFirstDeadLetter: {
    at: 30,
    fires: [own("telemetry_ingester_dead_letters_total", store, "0x25 1x10"), rows("0+60x30")],
    // One bad event in nine minutes.
    quiet: [own("telemetry_ingester_dead_letters_total", store, everyNine), rows("0+60x100")],
  },
  TelemetryDeadLettersBlocked: {
    at: 5,
    fires: [
      own("telemetry_ingester_dead_letters_blocked", `${store},pod="a"`, "0x10"),
      own("telemetry_ingester_dead_letters_blocked", `${store},pod="b"`, "0 1x10"),
    ],
    // A broker that restarts.
    quiet: [
      own("telemetry_ingester_dead_letters_blocked", store, "0 0 0 1 0 0x5"),
      other("telemetry_ingester_dead_letters_blocked", "1x10"),
    ],
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
  TelemetryVehicleSilent: {
    at: 10,
    fires: [
      own("telemetry_fleet_vehicles", ',state="silent"', "2x15"),
      own("telemetry_fleet_silent_seconds", ',vehicle="lorry-7"', "900x15"),
    ],
    quiet: [
      own("telemetry_fleet_vehicles", ',state="silent"', "0x15"),
      own("telemetry_fleet_vehicles", ',state="seen"', "9x15"),
    ],
  },
  TelemetryVehicleOutOfRange: {
    at: 10,
    fires: [
      own("telemetry_fleet_vehicles", ',state="out_of_range"', "1x15"),
      own("telemetry_fleet_out_of_range", ',vehicle="lorry-7",field="temperature"', "9.5x15"),
    ],
    quiet: [own("telemetry_fleet_vehicles", ',state="out_of_range"', "0x15")],
  },
  TelemetryNotificationsFailing: {
    at: 10,
    fires: [
      own("telemetry_alert_receiver_oldest_seconds", "", "0x2 400x15"),
      own("telemetry_alert_receiver_dead_total", "", "0x15"),
    ],
    quiet: [
      own("telemetry_alert_receiver_oldest_seconds", "", "20x15"),
      own("telemetry_alert_receiver_dead_total", "", "5x15"),
    ],
  },
  TelemetryPodRestarting: {
    at: 15,
    fires: [...database, restarts("fleet-timescaledb-0")],
    quiet: [...database, restarts("fleet-timescaledb-1")],
  },
  TelemetryVolumeFilling: {
    at: 480,
    fires: [...database, volume("available", "3000-5x480"), volume("capacity", "9000x480")],
    quiet: [...database, volume("available", "9000-5x480"), volume("capacity", "9000x480")],
  },
  TelemetryVolumeFillingFast: {
    // Full at minute 20: there are ten left to do something.
    at: 10,
    fires: [...database, volume("available", "9000-450x20"), volume("capacity", "9000x20")],
    // The same rate for a minute, as a compaction has.
    quiet: [...database, volume("available", "3000x8 2550x12"), volume("capacity", "9000x20")],
  },
  TelemetryVolumeFull: {
    at: 5,
    fires: [...database, volume("available", "90x20"), volume("capacity", "9000x20")],
    quiet: [...database, volume("available", "900x20"), volume("capacity", "9000x20")],
  },
  TelemetryVolumeGrowthPending: {
    at: 20,
    fires: [...database, condition("FileSystemResizePending", "1x30")],
    quiet: [...database, condition("FileSystemResizePending", "1x10 0x20"), condition("ModifyingVolume", "1x30")],
  },
};

const sum = (name: string, more: string, bad: string, good: string, at = 20) => ({
  at,
  fires: [own(name, more, bad)],
  quiet: [own(name, more, good)],
});
const cassandraMetric = (name: string) => `org_apache_cassandra_metrics_${name}`;
Object.assign(cases, {
  KafkaBrokerOffline: sum("up", ',component="kafka",pod="a"', "1x5 0x15", "1x20"),
  CassandraNodeDown: sum("up", ',component="cassandra",pod="a"', "1x5 0x15", "1x20"),
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
  // A few tries that failed, as in a restart of the bucket, are none.
  TimescaledbArchiveFailing: sum("pg_stat_archiver_failed_count", "", "0+3x40", "0x5 3x35", 17),
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
  // Sixteen events a second, as Cassandra rounds their day.
  CassandraPartitionWide: sum(
    cassandraMetric("table_max_partition_size"),
    ',pod="a",table="telemetry"',
    "200000000x20",
    "120000000x20",
  ),
  FlinkNoRunningJob: sum("flink_jobmanager_numRunningJobs", "", "0x20", "1x20"),
  FlinkNoCheckpoint: {
    at: 20,
    fires: [
      own("flink_jobmanager_job_numberOfCompletedCheckpoints", "", "7x30"),
      own("flink_jobmanager_numRunningJobs", "", "1x30"),
    ],
    quiet: [
      own("flink_jobmanager_job_numberOfCompletedCheckpoints", "", "0+6x30"),
      own("flink_jobmanager_numRunningJobs", "", "1x30"),
    ],
  },
  FlinkJobRestarting: sum("flink_jobmanager_job_numRestarts", "", "0+1x20", "1x5 2x15"),
  FlinkLateEventsDropped: sum("flink_taskmanager_job_task_operator_numLateRecordsDropped", "", "0+1x20", "5x20"),
  LongGarbageCollection: sum("jvm_gc_collection_seconds_sum", ',component="kafka",pod="a"', "0+9x20", "0+3x20"),
});

/** As the operator exports it: with the labels of its own pod. */
const OPERATOR = ',job="telemetry-operator",pod="telemetry-operator-1"';
const pipelineReady = (values: string) => own("telemetry_pipeline_ready", OPERATOR, values);
const componentReady = (component: string, reason: string, values: string) =>
  own("telemetry_component_ready", `,component="${component}",reason="${reason}"${OPERATOR}`, values);
const turns = (component: string, at = 20) => ({
  at,
  fires: [componentReady(component, "Ready", "1x2 stale"), componentReady(component, "NotThere", "_ _ 0x30")],
  // What it waits for has its own alert, and what is ready again is not said to be away.
  quiet: [componentReady(component, "WaitingForDependency", "0x30"), componentReady(component, "Ready", "1x30")],
});
const target = (component: string) => own("up", `,component="${component}",pod="a"`, "0x30");
Object.assign(cases, {
  TelemetryComponentNotReady: turns("ingester-cassandra", 9),
  TelemetryCompanionNotReady: turns("console", 9),
  KafkaNotReady: turns("kafka"),
  CassandraNotReady: turns("cassandra"),
  FlinkNotReady: turns("flink"),
  TelemetryComponentAbsent: {
    at: 20,
    fires: [target("ingester-timescaledb"), target("timescaledb")],
    quiet: [target("ingester-timescaledb"), target("ingester-cassandra"), target("timescaledb")],
  },
  TelemetryPipelineNotReady: {
    at: 20,
    fires: [pipelineReady("0x30"), componentReady("kafka", "Ready", "1x30")],
    quiet: [pipelineReady("0x30"), componentReady("kafka", "NotThere", "0x30")],
  },
  TelemetryReadinessUnknown: {at: 20, fires: [], quiet: [pipelineReady("0x30")]},
});

test("every alert has a case that makes it fire and one that does not", () => {
  const watchdog = ["TelemetryWatchdog"];
  expect([...Object.keys(cases), ...watchdog].sort()).toEqual(alerts.map(({name}) => name).sort());
});

test("promtool agrees: each alert fires on its fault, with its summary, and on nothing else", async () => {
  const groups = ruleGroups(FLEET).map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations, ...rule}) => (annotationsOf(rule.alert!) ? {...rule, annotations} : rule)),
  }));
  const one = (alertname: string, at: number, input_series: object[], exp_alerts: object[]) => ({
    interval: "1m",
    input_series,
    alert_rule_test: [{eval_time: `${at}m`, alertname, exp_alerts}],
  });
  const stale = alerts.find(({name}) => name === "TelemetryStoreStale")!;
  const exp_labels = {store: "cassandra", severity: stale.severity, pipeline: "fleet", namespace: "default"};
  // Five minutes of fault, then a look that gives no figure, then one that finds all well: what it explains is still held back.
  const missed = (at: string, exp_alerts: object[]) => ({
    interval: "15s",
    input_series: [fresh("600x20 stale _ 1x20")],
    alert_rule_test: [{eval_time: at, alertname: stale.name, exp_alerts}],
  });
  const gaps = [missed("5m15s", [{exp_labels}]), missed("5m45s", [{exp_labels}]), missed("6m30s", [])];
  const tests = alerts.flatMap(({name, severity, labels}) => {
    // That it is never quiet is what the watchdog is for.
    const {at, fires, quiet} = cases[name] ?? {at: 5, fires: [], quiet: undefined};
    const exp_labels = {...labelsOf(name), ...labels, severity, pipeline: "fleet", namespace: "default"};
    const exp_annotations = annotationsOf(name);
    return [
      one(name, at, fires, [{exp_labels, ...(exp_annotations ? {exp_annotations} : {})}]),
      ...(quiet ? [one(name, at, quiet, [])] : []),
    ];
  });
  await promtoolAgrees(groups, {"15s": gaps, "1m": tests});
}, 300_000);

test("an alert has the URL of its explanation when the operator knows where that is, and none otherwise", () => {
  const urls = (runbookUrl?: string) =>
    ruleGroups({...FLEET, runbookUrl}).flatMap(({rules = []}) =>
      rules.filter(({alert}) => alert === "TelemetryStoreStale").map(({annotations}) => annotations?.runbook_url),
    );
  expect(urls()).toEqual([undefined]);
  expect(urls("https://git.example.com/alerts.md#")).toEqual(["https://git.example.com/alerts.md#telemetrystorestale"]);
});

test("a component without a pod, whose series are gone, is told of within minutes, with what its status says", async () => {
  const groups = ruleGroups({name: "fleet", namespace: "default", uid: "u"});
  const alert = groups[1]!.rules!.find((rule) => rule.alert === "TelemetryComponentNotReady")!;
  const labels = {pipeline: "fleet", namespace: "default", severity: "critical"};
  const exp_labels = {...labels, component: "ingester-cassandra", store: "cassandra"};
  const exp_annotations = {
    ...alert.annotations,
    summary: "ingester-cassandra has not been ready for 5 minutes: DeploymentNotReady",
  };
  const job = (eval_time: string, exp_alerts: object[]) => ({eval_time, alertname: "FlinkNoRunningJob", exp_alerts});
  const one = {
    interval: "15s",
    input_series: [
      componentReady("ingester-cassandra", "Ready", "1x8 stale"),
      componentReady("ingester-cassandra", "Creating", "_x9 0x8 stale"),
      componentReady("ingester-cassandra", "DeploymentNotReady", "_x18 0x60"),
      own("flink_jobmanager_numRunningJobs", ',pipeline_uid="u",pod="a"', "1x8 stale"),
    ],
    alert_rule_test: [
      {eval_time: "6m", alertname: alert.alert, exp_alerts: []},
      {eval_time: "8m", alertname: alert.alert, exp_alerts: [{exp_labels, exp_annotations}]},
      job("4m", []),
    ],
  };
  const bare = groups.map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations, ...rule}) => (rule.alert === alert.alert ? {...rule, annotations} : rule)),
  }));
  const flink = {...one, alert_rule_test: [job("4m", []), job("8m", [{exp_labels: labels}])]};
  await promtoolAgrees(bare, {"15s": [one, flink]});
}, 300_000);

test("a pipeline that is stopped on purpose has no alert on what does not run", () => {
  const names = alertsOf({name: "fleet", namespace: "default"}, {running: false, targets: []}).map(({name}) => name);
  expect(names).not.toEqual(expect.arrayContaining(["FlinkNoRunningJob"]));
  expect(names.filter((name) => /Absent|PipelineNotReady|^Flink/.test(name))).toEqual([]);
});

test("the operator's own rules tell that it is away, that nobody leads, and that its looks fail", async () => {
  const of = (name: string, more: string, values: string) => ({
    series: `${name}{namespace="telemetry-system",job="telemetry-operator"${more}}`,
    values,
  });
  const leads = (values: string) => of("leader_election_master_status", ',pod="a"', values);
  const groups = operatorRules("telemetry-operator", operatorSeries).map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations: _, ...rule}) => rule),
  }));
  const one = (alertname: string, input_series: object[], ...severities: string[]) => ({
    interval: "1m",
    input_series,
    alert_rule_test: [
      {
        eval_time: "20m",
        alertname,
        exp_alerts: severities.map((severity) => ({exp_labels: {severity}})),
      },
    ],
  });
  const errors = (values: string) => of("controller_runtime_reconcile_errors_total", ',pod="a"', values);
  await promtoolAgrees(groups, {
    "1m": [
      one("TelemetryOperatorAway", [], "critical"),
      one("TelemetryOperatorAway", [leads("1x3 0x30")], "critical"),
      one("TelemetryOperatorAway", [leads("0x30"), of("leader_election_master_status", ',pod="b"', "1x30")]),
      one("TelemetryOperatorFailing", [errors("0+1x30")], "warning"),
      one("TelemetryOperatorFailing", [errors("7x30")]),
    ],
  });
}, 300_000);

test("alerts of pods and volumes are of the pipeline's own, whatever begins or ends with its name", async () => {
  const bare = (pipeline: Parameters<typeof ruleGroups>[0]) =>
    ruleGroups(pipeline).map((group) => ({...group, rules: group.rules!.map(({annotations: _, ...rule}) => rule)}));
  const EU = {
    ...FLEET,
    name: "fleet-eu",
    podOwners: [
      {kind: "Deployment", name: "fleet-eu-console"},
      {kind: "StatefulSet", name: "fleet-eu-timescaledb"},
    ],
  };
  const mine = [
    ...pod("fleet-console-1-a", "ReplicaSet", "fleet-console-1"),
    replicaSet("fleet-console-1", "fleet-console"),
    ...database,
    ...pod("fleet-fleet-pool-0", "StrimziPodSet", "fleet-fleet-pool", "data-0-fleet-fleet-pool-0"),
    ...pod("fleet-schema-1-a", "Job", "fleet-schema-1"),
    ...pod("fleet-backup-2-a", "Job", "fleet-backup-2", "fleet-backups"),
    cronRun("fleet-backup-2", "fleet-backup"),
  ];
  const eu = [
    ...pod("fleet-eu-console-1-a", "ReplicaSet", "fleet-eu-console-1"),
    replicaSet("fleet-eu-console-1", "fleet-eu-console"),
    ...pod("fleet-eu-timescaledb-0", "StatefulSet", "fleet-eu-timescaledb", "data-fleet-eu-timescaledb-0"),
  ];
  const others = [
    // Of nobody's pipeline: another prefix, another kind of that name, and a name that a dot would stand for.
    ...pod("cold-fleet-timescaledb-0", "StatefulSet", "cold-fleet-timescaledb", "data-cold-fleet-timescaledb-0"),
    ...pod("fleet-console-0", "StatefulSet", "fleet-console"),
    ...pod("fleet-simulator-0", "StatefulSet", "fleet-simulator"),
    ...pod("fleet-console-v2-1-a", "ReplicaSet", "fleet-console-v2-1"),
    replicaSet("fleet-console-v2-1", "fleet-console-v2"),
    ...pod("fleet-backup-now-a", "Job", "fleet-backup-now"),
  ];
  const all = [...mine, ...eu, ...others].map(({series}) => series);
  const found = (label: string) => [
    ...new Set(all.flatMap((series) => new RegExp(`[{,]${label}="([^"]+)"`).exec(series)?.[1] ?? [])),
  ];
  const claims = found("persistentvolumeclaim");
  const full = claims.flatMap((claim) =>
    ["available", "capacity"].map((what) => ({
      series: `kubelet_volume_stats_${what}_bytes{namespace="default",persistentvolumeclaim="${claim}"}`,
      values: what === "capacity" ? "9000x30" : "10x30",
    })),
  );
  const input_series = [...mine, ...eu, ...others, ...found("pod").map(restarts), ...full];
  const restarting = (pipeline: string, name: string) => ({
    exp_labels: {pipeline, namespace: "default", severity: "warning", pod: name, container: "simulator"},
  });
  const filled = (pipeline: string, persistentvolumeclaim: string) => ({
    exp_labels: {pipeline, namespace: "default", severity: "critical", persistentvolumeclaim},
  });
  const alert_rule_test = [
    {
      eval_time: "20m",
      alertname: "TelemetryPodRestarting",
      exp_alerts: [
        ...[
          "fleet-console-1-a",
          "fleet-timescaledb-0",
          "fleet-fleet-pool-0",
          "fleet-schema-1-a",
          "fleet-backup-2-a",
        ].map((name) => restarting("fleet", name)),
        ...["fleet-eu-console-1-a", "fleet-eu-timescaledb-0"].map((name) => restarting("fleet-eu", name)),
      ],
    },
    {
      eval_time: "20m",
      alertname: "TelemetryVolumeFull",
      exp_alerts: [
        ...["data-fleet-timescaledb-0", "data-0-fleet-fleet-pool-0", "fleet-backups"].map((claim) =>
          filled("fleet", claim),
        ),
        filled("fleet-eu", "data-fleet-eu-timescaledb-0"),
      ],
    },
  ];
  await promtoolAgrees([...bare(FLEET), ...bare(EU)], {"1m": [{interval: "1m", input_series, alert_rule_test}]});
}, 300_000);

test("no rule and no panel finds its pipeline by how a name begins or ends", () => {
  const rules = ruleGroups(FLEET).flatMap(({rules = []}) => rules.map(({expr}) => String(expr)));
  const panels = dashboards().map(([, board]) => JSON.stringify(board).replaceAll('\\"', '"'));
  const byPattern = /\b(pod|persistentvolumeclaim|container|job|service|owner_name)[=!]~"[^"]*[*+][^"]*"/g;
  expect([...rules, ...panels].flatMap((text) => text.match(byPattern) ?? [])).toEqual([]);
});

test("a bad event now and then is told of once; many are until they end", async () => {
  const groups = ruleGroups(FLEET).map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations: _, ...rule}) => rule),
  }));
  const dead = (values: string) => own("telemetry_ingester_dead_letters_total", store, values);
  const exp_labels = {store: "cassandra", severity: "warning", pipeline: "fleet", namespace: "default"};
  const at = (minutes: number, alertname: string, fires: boolean) => ({
    eval_time: `${minutes}m`,
    alertname,
    exp_alerts: fires ? [{exp_labels}] : [],
  });
  const trickle = {
    interval: "1m",
    input_series: [dead(everyNine), rows("0+60x100")],
    alert_rule_test: [
      at(10, "TelemetryFirstDeadLetter", true),
      at(30, "TelemetryFirstDeadLetter", false),
      ...[10, 30, 99].map((minute) => at(minute, "TelemetryDeadLetters", false)),
    ],
  };
  const burst = {
    interval: "1m",
    input_series: [dead("0x10 0+20x30 600x60"), rows("0+600x100")],
    alert_rule_test: [
      at(15, "TelemetryDeadLetters", true),
      at(40, "TelemetryDeadLetters", true),
      at(60, "TelemetryDeadLetters", false),
      at(60, "TelemetryFirstDeadLetter", false),
    ],
  };
  await promtoolAgrees(groups, {"1m": [trickle, burst]});
}, 300_000);

test("a pipeline that is made anew under its name is not judged by the last samples of the one before", async () => {
  const groups = ruleGroups({name: "fleet", namespace: "default", uid: "after"}).map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations: _, ...rule}) => rule),
  }));
  const of = (uid: string, name: string, more: string, values: string) =>
    own(name, `,pipeline_uid="${uid}"${more}`, values);
  // What Prometheus goes on to answer with while the monitor of the one before is gone, and the vehicles of the new one are silent.
  const input_series = [
    of("before", "telemetry_ingester_freshness_seconds", store, "0.1x40"),
    of("before", "kafka_controller_kafkacontroller_activecontrollercount", "", "1x40"),
    of("before", "pg_up", "", "0x40"),
    of("after", "telemetry_ingester_freshness_seconds", store, "300x40"),
    of("after", "kafka_controller_kafkacontroller_activecontrollercount", "", "1x40"),
    of("after", "pg_up", "", "1x40"),
    of("after", "telemetry_fleet_vehicles", ',state="silent"', "4x40"),
  ];
  const labels = {pipeline: "fleet", namespace: "default"};
  const fires = (alertname: string, ...exp_alerts: object[]) => ({eval_time: "5m", alertname, exp_alerts});
  const alert_rule_test = [
    fires("TelemetryStoreStale", {exp_labels: {...labels, store: "cassandra", severity: "critical"}}),
    fires("TelemetryVehicleSilent", {exp_labels: {...labels, severity: "warning"}}),
    fires("KafkaNoController"),
    fires("TimescaledbDown"),
  ];
  await promtoolAgrees(groups, {"15s": [{interval: "15s", input_series, alert_rule_test}]});
}, 300_000);

test("of what a cause explains, nobody is told: the rules are free of circles and name alerts that exist", () => {
  const rules = inhibitRules(alerts);
  const targets = new Map(
    rules.map(({sourceMatch, targetMatch}: any) => [sourceMatch[0].value, targetMatch[0].value.split("|")]),
  );
  const known = alerts.map(({name}) => name);
  for (const [source, explained] of targets) {
    expect(known).toEqual(expect.arrayContaining(explained));
    const reached = new Set<string>();
    const walk = (name: string): void => {
      for (const next of targets.get(name) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        walk(next);
      }
    };
    walk(source);
    expect([source, reached.has(source)]).toEqual([source, false]);
  }
  // A broker that is away makes one page, whatever follows from it.
  const quiet = rules.filter(({sourceMatch}: any) => sourceMatch[0].value === "KafkaBrokerOffline");
  expect(quiet.flatMap(({targetMatch}: any) => targetMatch[0].value.split("|"))).toEqual(
    expect.arrayContaining(["TelemetryStoreStale", "TelemetryConsumerStuck", "KafkaUnderReplicated"]),
  );
});

/** Has promtool check the rules and run tests of them, by the time between two evaluations; fails with its words. */
async function promtoolAgrees(groups: object[], tests: Record<string, object[]>) {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  const write = (file: string, content: object) => writeFileSync(join(folder, file), stringify(content));
  try {
    write("rules.yaml", {groups});
    for (const [evaluation_interval, some] of Object.entries(tests))
      write(`${evaluation_interval}.yaml`, {rule_files: ["rules.yaml"], evaluation_interval, tests: some});
    const program = await promtool();
    await run(program, ["check", "rules", "rules.yaml"], {cwd: folder});
    await run(program, ["test", "rules", ...Object.keys(tests).map((name) => `${name}.yaml`)], {cwd: folder});
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** The words that reach a person, where they are made from more than labels. */
function annotationsOf(name: string): object | undefined {
  if (name !== "TelemetryVehicleSilent") return undefined;
  const {summary: _, meaning: description, fix: action} = alerts.find((alert) => alert.name === name)!;
  return {
    summary: "2 vehicles have said nothing for 300 s: lorry-7",
    description,
    action,
  };
}

/** Labels that tell people where to look. */
function labelsOf(name: string): Record<string, string> {
  const component = {
    TelemetryComponentNotReady: "ingester-cassandra",
    TelemetryCompanionNotReady: "console",
    TelemetryComponentAbsent: "ingester-cassandra",
    KafkaNotReady: "kafka",
    CassandraNotReady: "cassandra",
    FlinkNotReady: "flink",
  }[name];
  if (component) return {component, ...(name === "TelemetryComponentNotReady" ? {store: "cassandra"} : {})};
  if (
    /^Telemetry(PipelineNotReady|ReadinessUnknown|SimulatorStuck|Vehicle|Notif|Watchdog)|^Kafka(Off|Under|NoC|Broker)|^CassandraNode|^Flink/.test(
      name,
    )
  )
    return {};
  if (
    name === "KafkaLogDirectoryOffline" ||
    name === "CassandraCompactionsPending" ||
    name === "CassandraPartitionWide"
  )
    return {pod: "a"};
  if (name === "CassandraDroppedMessages") return {message_type: "MUTATION_REQ"};
  if (name === "LongGarbageCollection") return {component: "kafka", pod: "a"};
  if (name === "TimescaledbDown") return {namespace: "default", pipeline: "fleet"};
  if (name.startsWith("Timescaledb")) return {};
  if (name.startsWith("Cassandra")) return {request_type: "Write"};
  if (name === "TelemetryTargetDown") return {component: "simulator"};
  if (name === "TelemetryPodRestarting")
    return {namespace: "default", pod: "fleet-timescaledb-0", container: "simulator"};
  const onVolume = {namespace: "default", persistentvolumeclaim: "data-fleet-timescaledb-0"};
  if (name === "TelemetryVolumeGrowthPending")
    return {...onVolume, condition: "FileSystemResizePending", status: "true"};
  if (name.startsWith("TelemetryVolume")) return onVolume;
  if (name === "TelemetryPartitionStuck") return {store: "cassandra", partition: "0"};
  return {store: "cassandra"};
}
