import {expect, test} from "vitest";
import {inhibitRules} from "../../cdk8s/components/alert-routes/inhibition.ts";
import {alertsOf} from "../../cdk8s/components/monitoring/alerts.ts";
import {ruleGroups} from "../../cdk8s/components/monitoring/rules.ts";
import {dashboards} from "../../operator/install.ts";
import {annotationsOf, cases, labelsOf} from "./alerts/cases/all.ts";
import {alerts, bareRules, FLEET, fresh} from "./alerts/series.ts";
import {promtoolAgrees} from "./promtool.ts";

test("every alert has a case that makes it fire and one that does not", () => {
  const watchdog = ["TelemetryWatchdog"];
  expect([...Object.keys(cases), ...watchdog].sort()).toEqual(alerts.map(({name}) => name).sort());
});

test("promtool agrees: each alert fires on its fault, with its summary, and on nothing else", async () => {
  const groups = bareRules(ruleGroups(FLEET), ["TelemetryVehicleSilent"]);
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
  const testsOf = ({name, severity, labels}: (typeof alerts)[number]) => {
    // That it is never quiet is what the watchdog is for.
    const {at, fires, quiet} = cases[name] ?? {at: 5, fires: [], quiet: undefined};
    const exp_labels = {...labelsOf(name), ...labels, severity, pipeline: "fleet", namespace: "default"};
    const exp_annotations = annotationsOf(name);
    return [
      one(name, at, fires, [{exp_labels, ...(exp_annotations ? {exp_annotations} : {})}]),
      ...(quiet ? [one(name, at, quiet, [])] : []),
    ];
  };
  const byInterval = Map.groupBy(alerts, ({name}) => cases[name]?.every ?? "1m");
  const tests = Object.fromEntries([...byInterval].map(([every, some]) => [every, some.flatMap(testsOf)]));
  await promtoolAgrees(groups, {"15s": gaps, ...tests});
}, 300_000);

test("an alert has the URL of its explanation when the operator knows where that is, and none otherwise", () => {
  const urls = (runbookUrl?: string) =>
    ruleGroups({...FLEET, runbookUrl}).flatMap(({rules = []}) =>
      rules.filter(({alert}) => alert === "TelemetryStoreStale").map(({annotations}) => annotations?.runbook_url),
    );
  expect(urls()).toEqual([undefined]);
  expect(urls("https://git.example.com/alerts.md#")).toEqual(["https://git.example.com/alerts.md#telemetrystorestale"]);
});

test("a pipeline that is stopped on purpose has no alert on what does not run", () => {
  const names = alertsOf({...FLEET, spec: {...FLEET.spec, state: "Stopped"}}).map(({name}) => name);
  expect(names).not.toEqual(expect.arrayContaining(["FlinkNoRunningJob"]));
  expect(names.filter((name) => /Absent|PipelineNotReady|^Flink/.test(name))).toEqual([]);
});

test("no rule and no panel finds its pipeline by how a name begins or ends", () => {
  const rules = ruleGroups(FLEET).flatMap(({rules = []}) => rules.map(({expr}) => String(expr)));
  const panels = dashboards.map(([, board]) => JSON.stringify(board).replaceAll('\\"', '"'));
  const byPattern = /\b(pod|persistentvolumeclaim|container|job|service|owner_name)[=!]~"[^"]*[*+][^"]*"/g;
  expect([...rules, ...panels].flatMap((text) => text.match(byPattern) ?? [])).toEqual([]);
});

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
