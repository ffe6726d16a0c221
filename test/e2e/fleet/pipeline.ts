import {spawn, spawnSync} from "node:child_process";
import {once} from "node:events";
import {readFileSync} from "node:fs";
import {createInterface} from "node:readline";
import {isDeepStrictEqual} from "node:util";
import {beforeAll, expect, test} from "vitest";
import {kubectl} from "../../../cluster/lifecycle.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {instance} from "../cluster.ts";
import {bringUp, fleet as shared} from "./shared.ts";

/** The shared pipeline through its life, in this order. */
const {k, cli, ...fleet} = shared;
const pipeline = () => fleet.pipeline("fleet");
const patch = (spec: object) => fleet.patch("fleet", spec);
const audit = (store: string) => fleet.audit("fleet", store);
const SERVICES = "/api/v1/namespaces/default/services";
const SIMULATOR = `${SERVICES}/fleet-simulator:http/proxy`;
const LEDGER = `${SIMULATOR}/ledger`;
const SIMULATOR_METRICS = `${SIMULATOR}/metrics`;
const untilReady = () => fleet.untilReady("fleet");

beforeAll(() => bringUp(), 1_800_000);

test("the example pipeline becomes Ready and reports fresh rows of both stores", async () => {
  const {status} = await pipeline();
  expect(status.phase).toBe("Running");
  expect(status.components.length).toBeGreaterThanOrEqual(10);
  expect(status.components.filter(({ready}: {ready: boolean}) => !ready)).toEqual([]);
  expect(status.freshness.map(({store}: {store: string}) => store).sort()).toEqual(["cassandra", "timescaledb"]);
  for (const one of status.freshness) expect(one).toEqual({store: one.store, age: "Fresh"});
  const [{figures}] = JSON.parse(cli("status", "fleet", "-o", "json"));
  for (const {newest, lag} of figures) {
    expect(Date.now() - Date.parse(newest)).toBeLessThan(30_000);
    expect(lag).toBeGreaterThanOrEqual(0);
    expect(lag).toBeLessThan(1_000);
  }
}, 600_000);

test.each(["timescaledb", "cassandra"])(
  "what Kafka acknowledged is in %s exactly once",
  async (store) => {
    const result = await audit(store);
    expect(result.events).toBeGreaterThan(0);
    expect(result).toMatchObject({missing: 0, extra: 0, altered: 0});
  },
  200_000,
);

const scrape = (namespace: string, service: string) =>
  k("get", "--raw", `/api/v1/namespaces/${namespace}/services/${service}:http/proxy/metrics`);

test("every program serves its documented metrics; the operator has led, reconciled, and been forbidden nothing", async () => {
  const operator = await scrape("telemetry-system", "telemetry-operator");
  expect(operator).toMatch(/^leader_election_master_status\{name="telemetry-operator"\} 1$/m);
  expect(operator).toMatch(
    /^controller_runtime_reconcile_total\{controller="telemetrypipeline",result="requeue_after"\} [1-9]/m,
  );
  expect(operator).not.toMatch(/^rest_client_requests_total\{.*code="403"/m);
  const simulator = await scrape("default", "fleet-simulator");
  expect(simulator).toMatch(/^telemetry_simulator_acknowledged_total\{kind="valid"\} [1-9]/m);
  const page = readFileSync("docs/reference/metrics.md", "utf8");
  for (const text of [operator, simulator, await scrape("default", "fleet-ingester-cassandra")]) {
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!);
    const own = names.filter((name) => !/^(process|nodejs)_/.test(name));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  }
});

test("every metric that an alert is made from is there to be scraped, Kafka's and Cassandra's JVM included", async () => {
  const monitors = JSON.parse(await k("get", "podmonitors", "-o", "json")).items;
  const texts = await Promise.all(
    monitors.map(async ({spec}: any) => {
      const {matchLabels, matchExpressions = []} = spec.selector;
      const selector = [
        ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
        ...matchExpressions.map(({key, values}: any) => `${key} in (${values})`),
      ];
      const pods = JSON.parse(await k("get", "pods", "-l", selector.join(","), "-o", "json")).items;
      expect(pods).not.toEqual([]);
      const {port, path} = spec.podMetricsEndpoints[0];
      const scrapes = pods.map(({metadata, spec: pod}: any) => {
        const {containerPort} = pod.containers
          .flatMap(({ports = []}: any) => ports)
          .find(({name}: any) => name === port);
        return k("get", "--raw", `/api/v1/namespaces/default/pods/${metadata.name}:${containerPort}/proxy${path}`);
      });
      return (await Promise.all(scrapes)).join("\n");
    }),
  );
  expect(texts).toHaveLength(4);
  // The readiness of what has no pod.
  texts.push(await scrape("telemetry-system", "telemetry-operator"));
  const served = new Set([...texts.join("\n").matchAll(/^(?:# TYPE )?([a-zA-Z_]\w*)/gm)].map(([, name]) => name));
  const [rule] = JSON.parse(await k("get", "prometheusrules", "-o", "json")).items;
  const rules = rule.spec.groups.flatMap((group: any) => group.rules);
  const used = rules.flatMap(({expr}: any) => [...expr.matchAll(/([a-z_][\w:]+)\{/g)].map(([, name]) => name));
  for (const {record} of rules) if (record) served.add(record);
  // Prometheus itself, kube-state-metrics and the kubelet bring these.
  const own = used.filter((name: string) => !/^(up$|kube_|kubelet_)/.test(name));
  expect(own.length).toBeGreaterThan(15);
  expect(own.filter((name: string) => !served.has(name))).toEqual([]);
});

test("a change of the vehicle count arrives, and so do the new vehicles' rows", async () => {
  await patch({simulator: {vehicles: 7}});
  await waitFor("seven vehicles", 240_000, async () => {
    return (await fleet.sql("fleet", "SELECT count(DISTINCT vehicle_id) FROM telemetry")) === "7";
  });
  expect((await pipeline()).status.vehicles).toBe(7);
}, 600_000);

test("another vehicle count restarts no simulator, and each of its vehicles is in the stores as the ledger says", async () => {
  expect(await k("get", "pod", "fleet-simulator-0", "-o", "jsonpath={.status.containerStatuses[0].restartCount}")).toBe(
    "0",
  );
  await patch({simulator: {vehicles: 0}});
  const at = async () => Number(JSON.parse(await k("get", "--raw", LEDGER)).acknowledged);
  await waitFor("a fleet at rest", 240_000, async () => {
    // What the spec says has arrived, and what was on its way to Kafka has been acknowledged.
    if (!/^telemetry_simulator_vehicles 0$/m.test(await k("get", "--raw", SIMULATOR_METRICS))) return false;
    const before = await at();
    await new Promise((next) => setTimeout(next, 2_000));
    return (await at()) === before;
  });
  for (const store of ["timescaledb", "cassandra"]) {
    const result = await fleet.audit("fleet", store, "http://fleet-simulator-0.fleet-simulator:8080/ledger");
    expect(result).toMatchObject({missing: 0, extra: 0, altered: 0, ledger: {vehicles: 7, different: 0}});
    expect(result.ledger.events).toBeGreaterThan(50);
  }
  await patch({simulator: {vehicles: 7}});
}, 600_000);

test("an event that the store's own rules refuse costs its neighbours nothing", async () => {
  const sql = (text: string) => fleet.sql("fleet", text);
  await sql("ALTER TABLE telemetry ADD CONSTRAINT plausible CHECK (speed < 400)");
  const event = (id: string, speed: number) =>
    JSON.stringify({
      vehicle_id: id,
      timestamp: new Date().toISOString(),
      latitude: 1,
      longitude: 2,
      speed,
      temperature: 3,
      humidity: 4,
    });
  const send = ["node", "workloads/simulator/main.ts", "--replay", "/dev/stdin", "--speed", "0"];
  await kubectl(
    instance,
    ["exec", "-i", "fleet-simulator-0", "--", "env", "HTTP_PORT=0", ...send],
    [event("calm", 50), event("rocket", 450), event("calm-too", 60)].join("\n"),
  );
  await waitFor(
    "its neighbours",
    240_000,
    async () => (await sql("SELECT count(*) FROM telemetry WHERE vehicle_id IN ('calm', 'calm-too')")).trim() === "2",
  );
  await waitFor("the dead letter", 240_000, async () =>
    /timescaledb.* rocket +timescaledb: .*plausible/.test(cli("deadletters", "fleet")),
  );
  expect((await sql("SELECT count(*) FROM telemetry WHERE vehicle_id = 'rocket'")).trim()).toBe("0");
  await sql("ALTER TABLE telemetry DROP CONSTRAINT plausible");
  // Those that were broken on purpose stay; this one is valid, and the rule is gone.
  expect(JSON.parse(cli("deadletters", "fleet", "replay"))).toMatchObject({replayed: 1});
  await waitFor(
    "the replayed event",
    240_000,
    async () => (await sql("SELECT count(*) FROM telemetry WHERE vehicle_id = 'rocket'")).trim() === "1",
  );
  expect(JSON.parse(cli("deadletters", "fleet", "replay"))).toEqual({
    replayed: 0,
    invalid: 0,
    early: 0,
    older: 0,
    taken: 0,
  });
}, 600_000);

test("a column that someone renamed is in the status in the store's words, and when it is put back no event is missing", async () => {
  await fleet.sql("fleet", "ALTER TABLE telemetry RENAME COLUMN speed TO velocity");
  await waitFor("the reason", 240_000, async () => {
    const ready = (await pipeline()).status.conditions.find(({type}: any) => type === "Ready");
    return (
      ready.reason === "StoreTakesNoRows" && /timescaledb.*schema:.*column (telemetry\.|")speed/.test(ready.message)
    );
  });
  await fleet.sql("fleet", "ALTER TABLE telemetry RENAME COLUMN velocity TO speed");
  await untilReady();
  expect(await audit("timescaledb")).toMatchObject({missing: 0, extra: 0, altered: 0});
}, 600_000);

test("malformed events reach the dead-letter topic and the rest goes on", async () => {
  const counted = async () => {
    const metrics = await k("get", "--raw", `${SERVICES}/fleet-ingester-timescaledb:http/proxy/metrics`);
    return Number(/^telemetry_ingester_dead_letters_total(?:\{.*\})? (\d+)$/m.exec(metrics)?.[1]);
  };
  const before = await counted();
  await patch({simulator: {faults: {malformedPerMillion: 200000}}});
  await waitFor("dead letters", 240_000, async () => (await counted()) > before);
  await patch({simulator: {faults: {malformedPerMillion: 0}}});
  for (const store of ["timescaledb", "cassandra"])
    expect(await audit(store)).toMatchObject({missing: 0, extra: 0, altered: 0});
}, 600_000);

test("people read both stores and the topic by the command line", async () => {
  const asked = (...args: string[]) =>
    cli(...args, "-o", "json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const fromTimescaleDB = asked("query", "fleet", "--vehicle", "vehicle-00002", "--limit", "20");
  expect(fromTimescaleDB).toHaveLength(20);
  const until = ["--until", fromTimescaleDB[0].timestamp];
  const options = ["--vehicle", "vehicle-00002", "--limit", "19", ...until];
  const both = async (what: string, read: (store: string) => unknown) =>
    waitFor(`${what} to be the same from both stores`, 240_000, async () =>
      isDeepStrictEqual(read("cassandra"), read("timescaledb")),
    );
  await both("a query", (store) => asked("query", "fleet", "--store", store, ...options));
  expect(cli("query", "fleet", "--limit", "1", "-o", "csv")).toMatch(/^vehicle_id,.*\nvehicle-0000\d,20/);
  const all = (store: string) =>
    new Set(
      cli("export", "fleet", "--store", store, ...until)
        .trim()
        .split("\n"),
    );
  await both("an export", all);
  const exported = all("timescaledb").size;
  expect(exported).toBeGreaterThan(100);
  expect(cli("export", "fleet", "-o", "csv", ...until).split("\n")).toHaveLength(exported + 2);
  expect(() => cli("query", "fleet", "--store", "cassandra")).toThrow(/read by vehicle/);
  const unknown = spawnSync("node", ["operator/cli/main.ts", "query", "fleet", "--vehicle", "vehicle-unknown"], {
    env: {...process.env, KUBECONFIG: instance.path("kubeconfig")},
    encoding: "utf8",
  });
  expect(unknown).toMatchObject({status: 0, stdout: ""});
  expect(unknown.stderr).toMatch(
    /^no events of vehicle vehicle-unknown between .*\nvehicle vehicle-unknown is unknown: /,
  );
  const {vehicle_id, timestamp} = fromTimescaleDB[0];
  const traced = JSON.parse(cli("trace", "fleet", `${vehicle_id}@${timestamp}`, "-o", "json"));
  expect(traced).toMatchObject({
    topic: [{}],
    deadLetters: [],
    stores: [{row: fromTimescaleDB[0]}, {row: fromTimescaleDB[0]}],
  });
  const tail = spawn("node", ["operator/cli/main.ts", "tail", "fleet", "-o", "json", "--vehicle", "vehicle-00003"], {
    env: {...process.env, KUBECONFIG: instance.path("kubeconfig")},
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(tail.stdout), "line", {signal: AbortSignal.timeout(60_000)});
  tail.kill();
  expect(JSON.parse(line)).toMatchObject({vehicle_id: "vehicle-00003"});
}, 600_000);

test("a hand-edited replica count is reverted", async () => {
  await k("scale", "deploy/fleet-ingester-cassandra", "--replicas=3");
  await waitFor(
    "the revert",
    240_000,
    async () => (await k("get", "deploy/fleet-ingester-cassandra", "-o", "jsonpath={.spec.replicas}")) === "1",
  );
}, 600_000);

test("killed ingesters and databases lose and double nothing", async () => {
  await fleet.replace("-l", "app.kubernetes.io/name=fleet-ingester-timescaledb");
  await fleet.replace("fleet-timescaledb-0");
  await untilReady();
  for (const store of ["timescaledb", "cassandra"]) {
    expect(await audit(store)).toMatchObject({missing: 0, extra: 0, altered: 0});
  }
}, 600_000);
