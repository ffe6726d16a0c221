import {readFileSync} from "node:fs";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {kubectl} from "../../cluster/lifecycle.ts";
import {query} from "../../cluster/monitoring/prometheus.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";
import {instance} from "./cluster.ts";
import {legendLabels, promql, sql, type Variables} from "./grafana.ts";
import {user} from "./steps.ts";

/** Every panel of every dashboard, with the data that a fresh pipeline has: as the sidecar of a Grafana would find them. */
const {k, patch, untilReady} = user("default");

/** Panels that have no data on a pipeline that is well, and why. */
const EMPTY: Record<string, string> = {};

beforeAll(async () => {
  await platform(instance);
  await kubectl(instance, ["apply", "-f", "-"], readFileSync("examples/minimal.yaml", "utf8"));
  await untilReady("fleet");
  // Dead letters have to be there to be drawn.
  await patch("fleet", {simulator: {faults: {malformedPerMillion: 100_000}}});
  await untilReady("fleet");
}, 1_800_000);
afterAll(() => k("delete", "tp", "--all", "--timeout=240s"), 600_000);

interface Target {
  expr?: string;
  rawSql?: string;
  legendFormat?: string;
}

interface Asked extends Target {
  /** "dashboard: panel". */
  id: string;
  board: any;
}

/** The dashboards that carry the sidecar's label, in all namespaces. */
async function boards(): Promise<any[]> {
  const {items} = JSON.parse(
    await kubectl(instance, ["get", "configmaps", "-A", "-l", "grafana_dashboard=1", "-o", "json"]),
  );
  return items.flatMap(({data}: any) => Object.values<string>(data).map((text) => JSON.parse(text)));
}

async function asked(): Promise<Asked[]> {
  return (await boards()).flatMap((board) =>
    board.panels.flatMap(({title, targets = []}: any) =>
      targets.map((target: Target) => ({...target, board, id: `${board.title}: ${title}`})),
    ),
  );
}

/** The data source that the sidecar's Secret describes, as psql's address of it: the database is asked as Grafana would ask it. */
async function login(): Promise<string> {
  const {items} = JSON.parse(await k("get", "secrets", "-l", "grafana_datasource=1", "-o", "json"));
  const [source] = parse(Buffer.from(Object.values<string>(items[0].data)[0]!, "base64").toString()).datasources;
  return `postgresql://${source.user}:${source.secureJsonData.password}@${source.url}/${source.jsonData.database}?sslmode=${source.jsonData.sslmode}`;
}

const psql = async (address: string, text: string): Promise<string[]> => {
  const out = await k("exec", "fleet-timescaledb-0", "--", "psql", address, "--csv", "--tuples-only", "-c", text);
  return out.trim().split("\n").filter(Boolean);
};

/** What the variables of a dashboard are when it is opened. */
async function variablesOf(board: any, address: string): Promise<Variables> {
  const variables: Variables = {};
  for (const {name, type, query: text, current} of board.templating.list) {
    if (type === "datasource") continue;
    variables[name] = current.value[0] === "$__all" ? await psql(address, sql(text, {}, Date.now())) : current.value;
  }
  return variables;
}

test("the dashboards of pipeline and operator are there", async () => {
  const titles = (await boards()).map(({title}) => title).sort();
  expect(titles).toEqual(
    [
      ...["Cassandra", "Fleet", "Kafka", "Pipeline health", "TimescaleDB"]
        .map((title) => `Telemetry / ${title}: default / fleet`)
        .toSorted(),
      "Telemetry / Operator",
    ].toSorted(),
  );
});

test("every panel's SQL gives rows, as the data source's role", async () => {
  const address = await login();
  const targets = (await asked()).filter(({rawSql}) => rawSql);
  expect(targets.length).toBeGreaterThan(10);
  for (const {id, rawSql, board} of targets) {
    const variables = await variablesOf(board, address);
    const rows = await psql(address, sql(rawSql!, variables, Date.now()));
    expect.soft([id, rows.length > 0 && rows[0] !== ""]).toEqual([id, true]);
  }
}, 600_000);

test("every panel's PromQL has data, with the labels that its legend names", async () => {
  const targets = (await asked()).filter(({expr}) => expr);
  expect(targets.length).toBeGreaterThan(80);
  let without: string[] = [];
  await waitFor("data of every panel", 240_000, async () => {
    const answers = await Promise.all(
      targets.map(async ({id, expr, legendFormat, board}) => {
        const text = promql(expr!, await variablesOf(board, ""));
        const samples = (await query(instance, text)).filter(({value}) => !Number.isNaN(value));
        const named = legendLabels(legendFormat).every((label) =>
          samples.some(({metric}) => metric[label] !== undefined),
        );
        const zero = text.endsWith("or vector(0)");
        return samples.length > 0 && (named || zero) ? [] : [`${id}: ${text}`];
      }),
    );
    without = answers.flat().filter((one) => !Object.keys(EMPTY).some((id) => one.startsWith(id)));
    return without.length === 0;
  }).catch(() => {});
  expect(without).toEqual([]);
}, 600_000);
