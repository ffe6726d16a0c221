import {test} from "vitest";
import {ruleGroups} from "../../../cdk8s/components/monitoring/rules.ts";
import {promtoolAgrees} from "../promtool.ts";
import {bareRules, cronRun, database, FLEET, pod, replicaSet, restarts} from "./series.ts";

test("alerts of pods and volumes are of the pipeline's own, whatever begins or ends with its name", async () => {
  const bare = (pipeline: Parameters<typeof ruleGroups>[0]) => bareRules(ruleGroups(pipeline));
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
