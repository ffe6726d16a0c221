import {test} from "vitest";
import {ruleGroups} from "../../../cdk8s/components/monitoring/rules.ts";
import {promtoolAgrees} from "../promtool.ts";
import {bareRules, componentReady, everyNine, FLEET, own, rows, store} from "./series.ts";

test("a component without a pod, whose series are gone, is told of within minutes, with what its status says", async () => {
  const groups = ruleGroups({...FLEET, podOwners: [], uid: "u"});
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
  const bare = bareRules(groups, [alert.alert!]);
  const flink = {...one, alert_rule_test: [job("4m", []), job("8m", [{exp_labels: labels}])]};
  await promtoolAgrees(bare, {"15s": [one, flink]});
}, 300_000);

test("a bad event now and then is told of once; many are until they end", async () => {
  const groups = bareRules(ruleGroups(FLEET));
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
  const groups = bareRules(ruleGroups({...FLEET, podOwners: [], uid: "after"}));
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
