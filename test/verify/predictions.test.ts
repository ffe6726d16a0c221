import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {installedBoards, panelsOf} from "../e2e/panels.ts";
import {user} from "../e2e/steps.ts";

/**
 * Predictions from the first event to a model that warns: refrigerated vehicles of a day ago, a training on them, a unit that fails, the warning, and what
 * came of it. docs/predictions.md
 */
const NAMESPACE = "predictions";
const own = user(NAMESPACE);
const MODEL = "cold-chain-breach";
/** °C: the units hold -18; one whose capacity goes within nine minutes is that warm after eleven. */
const MAX = -16;
const FAILING = {coolingUnitPerMillion: 1_000_000, coolingUnitHours: 0.15};
const DAY_MS = 86_400_000;
/** The same hours whenever the test runs: the same seed drives the same way in them. */
const [FROM_HOUR, HOURS] = [6, 12];

vi.setConfig({testTimeout: 1_800_000});
beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  await own.apply("fleet", {
    cassandra: {enabled: false},
    lake: {enabled: true, commitInterval: "5s"},
    simulator: {scenario: "cold-chain", vehicles: 6, ratePerVehicle: 1, seed: 7},
    predictions: {enabled: true, coldChain: {max: MAX, horizon: "1m"}},
    observability: {alerting: {groupWait: "1s", groupInterval: "5s"}},
    deletionPolicy: "Delete",
  });
  await own.untilReady("fleet", 900_000);
}, 1_800_000);
afterAll(async () => {
  await own.k("delete", "tp", "fleet", "--timeout=240s");
  await kubectl(instance, ["delete", "namespace", NAMESPACE, "--timeout=240s"]);
}, 600_000);

const rows = async (sql: string): Promise<any[]> => {
  const text = await own.sql("fleet", `SELECT coalesce(json_agg(t), '[]') FROM (${sql}) t`);
  return JSON.parse(text);
};
const component = async () =>
  (await own.pipeline("fleet")).status.components.find(({name}: {name: string}) => name === "predictions");
const runJob = async (cronJob: string, job: string): Promise<string> => {
  await own.k("create", "job", `--from=cronjob/${cronJob}`, job);
  const {succeeded, log} = await waitFor(`the end of job ${job}`, 600_000, async () => {
    const {status} = JSON.parse(await own.k("get", "job", job, "-o", "json"));
    const pod = await own.k("get", "pods", "-l", `job-name=${job}`, "-o", "json");
    // Its pods go when it fails for good.
    if (!JSON.parse(pod).items[0]?.status.containerStatuses?.[0].restartCount) return status.succeeded === 1 && status;
    return {succeeded: 0, log: await own.k("logs", `job/${job}`, "--all-containers", "--previous")};
  });
  expect(succeeded, log).toBe(1);
  return (await own.k("logs", `job/${job}`, "--tail=1")).trim();
};

test("with a few minutes of data the rules predict, and a training says what it lacks", async () => {
  const {message} = await component();
  expect(message).toContain(`${MODEL} by its rule`);
  expect(await runJob("fleet-train-breach", "too-early")).toMatch(/"skipped":"not enough data yet: .*vehicles/);
});

test("a training on half a day of a fleet makes a model that beats the rule, and it predicts within seconds", async () => {
  const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS + FROM_HOUR * 3_600_000);
  await own.k(
    ...["exec", "fleet-simulator-0", "--", "env", "HTTP_PORT=8099", "node", "workloads/simulator/main.ts"],
    ...["--from", from.toISOString(), "--seconds", String(HOURS * 3_600), "--scenario", "cold-chain"],
    ...["--vehicles", "60", "--rate", "0.2", "--seed", "9"],
  );
  const sent = 60 * 0.2 * HOURS * 3_600;
  await waitFor("the past in TimescaleDB", 600_000, async () => {
    const until = new Date(from.getTime() + HOURS * 3_600_000).toISOString();
    const [{n}] = await rows(
      `SELECT count(*) AS n FROM telemetry WHERE ts >= '${from.toISOString()}' AND ts < '${until}'`,
    );
    return n >= sent;
  });
  await waitFor("the past in the lake", 300_000, async () =>
    own.audit("fleet", "lake").then(({missing}) => missing < 60),
  );
  const card = JSON.parse(await runJob("fleet-train-breach", "train"));
  expect(card).toMatchObject({name: MODEL, version: 1, stage: "production", card: {data: {source: "lake"}}});
  console.log(JSON.stringify(card.card, null, 1));
  expect(card.card.model.averagePrecision).toBeGreaterThan(card.card.rule.averagePrecision);
  await waitFor("the model to predict", 120_000, async () =>
    (await component()).message.includes(`${MODEL} version 1`),
  );
  expect(own.cli("models", "fleet")).toMatch(/cold-chain-breach +1 +production/);
});

test("a unit that fails is warned of before the limit is exceeded, and the prediction gets what came of it", async () => {
  const [{since}] = await rows("SELECT now() AS since");
  await own.patch("fleet", {simulator: {faults: FAILING}});
  const warned = await waitFor("a warning at the receiver", 900_000, async () => {
    // On the road, so with its door closed.
    const [first] = await rows(
      `SELECT labels->>'vehicle_id' AS vehicle, first_heard, starts_at FROM alert
       WHERE name = 'TelemetryColdChainBreachPredicted' AND starts_at > timestamptz '${since}' + interval '2 minutes'
         AND NOT EXISTS (SELECT FROM telemetry WHERE vehicle_id = labels->>'vehicle_id' AND speed = 0
           AND ts > starts_at - interval '2 minutes' AND ts < starts_at + interval '1 minute')
       ORDER BY first_heard LIMIT 1`,
    );
    return first;
  });
  const breach = await waitFor("the breach", 600_000, async () => {
    const [{ts}] = await rows(
      `SELECT min(ts) AS ts FROM telemetry WHERE vehicle_id = '${warned.vehicle}' AND temperature > ${MAX} AND ts > timestamptz '${warned.starts_at}'`,
    );
    return ts;
  });
  console.log(JSON.stringify({...warned, breach}));
  expect(Date.parse(warned.first_heard)).toBeLessThan(Date.parse(breach));
  await waitFor("what came of it", 400_000, async () => {
    const found = await rows(
      `SELECT version, score, label, actual FROM prediction WHERE vehicle_id = '${warned.vehicle}' AND model = '${MODEL}' AND version = 1 AND label = 'breach' AND actual = 'breach'`,
    );
    return found.length > 0;
  });
  await own.patch("fleet", {simulator: {faults: {coolingUnitPerMillion: 0}}});
  const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-predictions");
  const panels = await panelsOf(instance, {namespace: NAMESPACE, pipeline: "fleet"});
  expect(await panels.untilData(board)).toEqual([]);
});

test("a rollback is the rule again within seconds, and a promotion the model", async () => {
  expect(own.cli("models", "fleet", "rollback", "--model", MODEL)).toContain("the rule");
  await waitFor("the rule", 120_000, async () => (await component()).message.includes(`${MODEL} by its rule`));
  own.cli("models", "fleet", "promote", "--model", MODEL, "--number", "1");
  await waitFor("the model", 120_000, async () => (await component()).message.includes(`${MODEL} version 1`));
  expect(JSON.parse(own.cli("models", "fleet", "card", "--model", MODEL))).toMatchObject({version: 1});
});

test("the daily prediction looks at each vehicle's day", async () => {
  const counts = JSON.parse(await runJob("fleet-cooling-units", "day"));
  expect(counts).toMatchObject({version: 0, predicted: 60});
});
