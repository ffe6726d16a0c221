import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openBrowser} from "../../../cluster/browser.ts";
import {kubectl} from "../../../cluster/lifecycle.ts";
import {alerts, query, rules, targets} from "../../../cluster/monitoring/prometheus.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {consoleUrl} from "../../../cluster/up.ts";
import {verify} from "../../../workloads/alert-receiver/signature.ts";
import {instance, startCluster} from "../cluster.ts";
import {HOST, type Received, startEndpoints, stopEndpoints} from "../fakes/endpoints.ts";
import {installedBoards, panelsOf} from "../panels.ts";
import {bringUp, fleet} from "./shared.ts";

/** A pipeline that the cluster's own Prometheus watches, whose dashboards show it, and whose alerts reach people. */
const {k, cli, patch, pipeline} = fleet;
const SIGNING = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
let received: () => Promise<Received[]>;
let browser: Browser;

const url = (path: string) => `http://${HOST}:8080${path}`;
const receivers = [
  {
    name: "mail",
    email: {to: ["ops@example.org"], from: "fleet@example.org", smarthost: `${HOST}:2525`, requireTLS: false},
  },
  {name: "chat", slack: {urlSecretRef: {name: "urls", key: "slack"}}},
  {name: "office", teams: {urlSecretRef: {name: "urls", key: "teams"}}},
  {
    name: "night",
    severities: ["critical"],
    sms: {
      url: url("/2010-04-01/Accounts/AC1/Messages.json"),
      secret: "gateway",
      from: "+15550001",
      to: ["+4917000001"],
    },
  },
  {
    name: "hook",
    webhook: {urlSecretRef: {name: "urls", key: "hook"}, signingSecretRef: {name: "urls", key: "signing"}},
  },
];
const alerting = {
  receivers,
  thresholds: {freshness: "10s", silent: "20s"},
  groupWait: "1s",
  groupInterval: "5s",
};

async function secret(name: string, data: Record<string, string>) {
  const text = JSON.stringify({apiVersion: "v1", kind: "Secret", metadata: {name}, stringData: data});
  await kubectl(instance, ["-n", "default", "apply", "-f", "-"], text);
}

beforeAll(async () => {
  await startCluster();
  received = await startEndpoints();
  await secret("gateway", {username: "AC1", password: "token"});
  await secret("urls", {slack: url("/slack"), teams: "no URL", hook: url("/hook"), signing: SIGNING});
  await bringUp({observability: {alerting}});
  browser = await openBrowser();
}, 1_800_000);
afterAll(async () => {
  await browser?.close();
  await bringUp();
  await stopEndpoints();
  await k("delete", "secret", "gateway", "urls");
}, 600_000);

/** Pods that the pipeline's monitors select, as `<scrape pool>/<pod>`. */
async function planned(): Promise<string[]> {
  const monitors = JSON.parse(await k("get", "podmonitors", "-o", "json")).items;
  const pods = await Promise.all(
    monitors.map(async ({metadata, spec}: any) => {
      const {matchLabels, matchExpressions = []} = spec.selector;
      const selector = [
        ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
        ...matchExpressions.map(({key, values}: any) => `${key} in (${values})`),
      ];
      const running = ["--field-selector=status.phase=Running", "-o", "jsonpath={.items[*].metadata.name}"];
      const names = (await k("get", "pods", "-l", selector.join(","), ...running)).split(" ").filter(Boolean);
      return names.map((name) => `podMonitor/default/${metadata.name}/0/${name}`);
    }),
  );
  return pods.flat().sort();
}

test("Prometheus scrapes every pod that the pipeline's monitors name, the operator and the node; all are up", async () => {
  const state = await waitFor("every target", 240_000, async () => {
    // Pipelines of other files come and go.
    const found = (await targets(instance)).filter(({scrapePool}) => !/^podMonitor\/(?!default\/)/.test(scrapePool));
    if (found.some(({health}) => health === "unknown")) throw new Error("not all are scraped yet");
    const down = found.filter(({health}) => health === "down");
    if (down.length > 0)
      throw new Error(JSON.stringify(down.map(({scrapePool, lastError}) => [scrapePool, lastError])));
    const ours = found
      .filter(({scrapePool}) => scrapePool.startsWith("podMonitor/default/"))
      .map(({scrapePool, labels}) => `${scrapePool}/${labels.pod}`)
      .sort();
    const wanted = await planned();
    if (ours.join() !== wanted.join()) throw new Error(`${ours} instead of ${wanted}`);
    return {ours, pools: new Set(found.map(({scrapePool}) => scrapePool.split("/").slice(0, 3).join("/")))};
  });
  expect(state.ours.length).toBeGreaterThan(4);
  for (const pool of [
    "serviceMonitor/telemetry-system/telemetry-operator",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-kubelet",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-prometheus",
    "serviceMonitor/monitoring/kps-kube-prometheus-stack-alertmanager",
    "serviceMonitor/monitoring/kps-kube-state-metrics",
  ])
    expect(state.pools).toContain(pool);
}, 600_000);

test("every rule is loaded and none fails; each carries the pipeline's labels", async () => {
  const groups = await waitFor("the rules", 240_000, async () => {
    const found = (await rules(instance)).filter(({name}) => name.startsWith("telemetry-default-fleet"));
    const judged = found.flatMap((group: any) => group.rules);
    return judged.length > 0 && judged.every(({health}: any) => health !== "unknown") && judged;
  });
  expect(groups.filter(({health}: any) => health !== "ok")).toEqual([]);
  for (const {type, labels} of groups) if (type === "alerting") expect(labels).toMatchObject({pipeline: "fleet"});
}, 600_000);

test("the node tells how full the pipeline's volumes are", async () => {
  const volumes = await waitFor("volume figures", 240_000, async () => {
    const found = await query(instance, 'kubelet_volume_stats_available_bytes{namespace="default"}');
    return found.length >= 3 && found.map(({metric}) => metric.persistentvolumeclaim).sort();
  });
  expect(volumes).toContain("data-fleet-timescaledb-0");
}, 600_000);

test("what the alert of restarts asks for is there for every container of the pipeline", async () => {
  const {items} = JSON.parse(await k("get", "pods", "--field-selector=status.phase=Running", "-o", "json"));
  const running = items.map(({metadata}: any) => metadata.name).sort();
  await waitFor("restarts by pod", 120_000, async () => {
    const found = await query(instance, 'kube_pod_container_status_restarts_total{namespace="default"}');
    const pods = new Set(found.map(({metric}) => metric.pod));
    return running.length > 4 && running.every((pod: string) => pods.has(pod));
  });
}, 200_000);

test("every pod and volume of the pipeline is known as its own by what made it", async () => {
  const labelled = JSON.parse(await k("get", "pods", "-l", "telemetry.dev/pipeline=fleet", "-o", "json")).items;
  const wanted = labelled.filter(({status}: any) => status.phase === "Running").map(({metadata}: any) => metadata.name);
  await waitFor("the pods to be recorded", 120_000, async () => {
    const found = await query(instance, 'pod:telemetry_pipeline:info{namespace="default",pipeline="fleet"}');
    const pods = new Set(found.map(({metric}) => metric.pod));
    return wanted.length > 4 && wanted.every((pod: string) => pods.has(pod));
  });
  const volumes = await query(
    instance,
    'persistentvolumeclaim:telemetry_pipeline:info{namespace="default",pipeline="fleet"}',
  );
  expect(volumes.map(({metric}) => metric.persistentvolumeclaim)).toContain("data-fleet-timescaledb-0");
}, 200_000);

test("the dashboards that came with the operator are there, and each panel has data, asked as Grafana would", async () => {
  const boards = await installedBoards(instance);
  expect(boards.map(({title}) => title.replace("Telemetry / ", ""))).toEqual([
    "BI",
    "Cassandra",
    "Fleet",
    "Flink",
    "Kafka",
    "Lake",
    "Operator",
    "Pipeline health",
    "Predictions",
    "TimescaleDB",
    "Warehouse",
    "Workflows",
  ]);
  const panels = await panelsOf(instance, {namespace: "default", pipeline: "fleet"});
  // Those of Flink, the lake, warehouse, workflows and BI are asked where they run: flink.test.ts, lake.test.ts, analytics.test.ts.
  const elsewhere = ["flink", "lake", "warehouse", "workflows", "bi", "predictions"].map((key) => `telemetry-${key}`);
  for (const board of boards.filter(({uid}) => !elsewhere.includes(uid)))
    expect.soft([board.title, ...(await panels.untilData(board))]).toEqual([board.title]);
}, 900_000);

const ENDPOINTS = ["smtp", "/slack", "/teams", "/2010-04-01/Accounts/AC1/Messages.json", "/hook"];
/** The first message about the alert that was taken, by endpoint. */
function about(all: Received[], alert: RegExp): Map<string, Received> {
  const first = new Map<string, Received>();
  for (const message of all) {
    const text = message.to.endsWith(".json") ? decodeURIComponent(message.body.replaceAll("+", " ")) : message.body;
    if (!message.refused && alert.test(text.replaceAll("=\n", "")) && !first.has(message.to))
      first.set(message.to, message);
  }
  return first;
}
const condition = async () =>
  (await pipeline("fleet")).status.conditions.find(({type}: {type: string}) => type === "Alerting");

test("a receiver whose Secret holds no URL is named with its field, and the others are told", async () => {
  expect(await condition()).toMatchObject({status: "False", reason: "InvalidReceiver"});
  expect((await condition()).message).toMatch(
    /receivers\[office\]\.teams\.urlSecretRef: Secret urls, key teams is not a URL.*4 other/,
  );
  const {spec} = JSON.parse(await k("get", "alertmanagerconfig", "fleet", "-o", "json"));
  expect(spec.receivers.map(({name}: {name: string}) => name)).toEqual(["own.nobody", "own.receiver", "mail", "chat"]);
  await secret("urls", {teams: url("/teams")});
  await waitFor("the corrected receiver", 240_000, async () => (await condition()).status === "True");
}, 600_000);

test("the simulator stops: the freshness alert reaches mail, Slack, Teams, SMS, webhook and the receiver, and what follows from it nobody", async () => {
  await waitFor(
    "the sign of life",
    240_000,
    async () => (await query(instance, "telemetry_alert_receiver_watchdog_timestamp_seconds"))[0],
  );
  await patch("fleet", {simulator: {vehicles: 0}});
  await waitFor("every endpoint to be told", 240_000, async () => {
    const told = about(await received(), /newest event in (timescaledb|cassandra) came|is_stale/i);
    const missing = ENDPOINTS.filter((to) => !told.has(to));
    if (missing.length > 0) throw new Error(`${missing} not yet told`);
    return true;
  });
  const all = await received();
  const hooks = all.filter(({to}) => to === "/hook");
  expect(hooks.slice(0, 2).map(({refused}) => refused)).toEqual([true, true]);
  for (const {headers, body, at} of hooks) expect(verify(SIGNING, headers, body, at)).toBe(true);
  // Each message arrives once, whatever it took; those that were refused too.
  const ids = async (wanted: boolean) =>
    (await received())
      .filter(({to, refused}) => to === "/hook" && refused === wanted)
      .map(({headers}) => headers["webhook-id"]);
  const refused = await ids(true);
  await waitFor("what was refused", 240_000, async () => {
    const taken = new Set(await ids(false));
    return refused.every((id) => taken.has(id));
  });
  const taken = await ids(false);
  expect(new Set(taken).size).toBe(taken.length);
  const shown = JSON.parse(await asReceiver("GET", "/api/alerts"));
  expect(shown.alerts).toContainEqual(expect.objectContaining({name: "TelemetryStoreStale", status: "firing"}));
}, 600_000);

test("a silent vehicle is seen, and held back while the silence has a cause", async () => {
  // They fall silent one after the other.
  await waitFor("four silent vehicles", 240_000, async () => {
    const silent = (await alerts(instance)).find(({labels}) => labels.alertname === "TelemetryVehicleSilent");
    const summary = silent?.annotations.summary ?? "no such alert";
    if (!/^4 vehicles have said nothing for 20 s: vehicle-0000\d/.test(summary)) throw new Error(summary);
    return true;
  });
  await waitFor("the inhibition", 240_000, async () => {
    const found = (await alerts(instance)).find(({labels}) => labels.alertname === "TelemetryVehicleSilent");
    return found?.status.state === "suppressed" && found.status.inhibitedBy.length > 0;
  });
  expect([...about(await received(), /TelemetryVehicleSilent/).keys()]).toEqual([]);
}, 600_000);

test("the console shows the alert too, with what to do", async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(240_000);
  await page.goto(await waitFor("the console", 60_000, () => consoleUrl(instance)));
  const alert = page.locator(".alert", {hasText: "TelemetryStoreStale"}).first();
  await alert.waitFor({timeout: 120_000});
  expect(await alert.textContent()).toMatch(/newest event in (timescaledb|cassandra)/i);
  await page.close();
}, 200_000);

test("the vehicles come back: everybody hears of the end", async () => {
  await patch("fleet", {simulator: {vehicles: 4}});
  await waitFor("the end", 240_000, async () => {
    const told = about(await received(), /resolved/i);
    const missing = ENDPOINTS.filter((to) => !told.has(to));
    if (missing.length > 0) throw new Error(`${missing} not yet told`);
    return true;
  });
}, 600_000);

test("a test of the notifications by command reaches all of them", async () => {
  expect(cli("alert", "test", "fleet")).toMatch(/TelemetryTest \(critical\) is sent.*mail, chat, office, night, hook/);
  await waitFor(
    "the test",
    240_000,
    async () => about(await received(), /test of the notifications/).size === ENDPOINTS.length,
  );
}, 600_000);

test("no message is given up, says the command that would send it again", async () => {
  expect(JSON.parse(cli("notifications", "fleet", "resend"))).toEqual({resent: 0, left: 0});
});

test("the receiver takes nothing without its token, and says what is wrong with what it cannot read", async () => {
  await expect(asReceiver("POST", "/alerts", {token: "wrong", body: "{}"})).rejects.toThrow(/401/);
  await expect(asReceiver("POST", "/alerts", {body: '{"alerts":[{}]}'})).rejects.toThrow(/400.*alerts\.0/s);
  // An alert that fires now is a message that still waits.
  await waitFor("a page without messages that wait", 240_000, async () => {
    const [, body = ""] = (await asReceiver("GET", "/")).split("</head>");
    if (!/TelemetryStoreStale.*All have\./s.test(body)) throw new Error(body);
    return true;
  });
}, 600_000);

/** Asks the receiver from a pod that has its token. */
async function asReceiver(method: string, path: string, {token = "", body = ""} = {}): Promise<string> {
  const script = `const answer = await fetch("http://127.0.0.1:8080${path}", {method: "${method}",
    headers: {authorization: "Bearer " + (${JSON.stringify(token)} || process.env.RECEIVER_TOKEN)}${body ? `, body: ${JSON.stringify(body)}` : ""}});
    const text = await answer.text(); if (!answer.ok) throw new Error(answer.status + " " + text); console.log(text);`;
  return k("exec", "deploy/fleet-alert-receiver", "--", "node", "--input-type=module", "-e", script);
}
