import {test} from "vitest";
import {operatorSeries} from "../../../cdk8s/install.ts";
import {operatorRules} from "../../../cdk8s/operator-alerts.ts";
import {promtoolAgrees} from "../promtool.ts";
import {bareRules} from "./series.ts";

test("the operator's own rules tell that it is away, that nobody leads, and that its looks fail", async () => {
  const of = (name: string, more: string, values: string) => ({
    series: `${name}{namespace="telemetry-system",job="telemetry-operator"${more}}`,
    values,
  });
  const leads = (values: string) => of("leader_election_master_status", ',pod="a"', values);
  const groups = bareRules(operatorRules("telemetry-operator", operatorSeries));
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
