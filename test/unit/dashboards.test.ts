import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import * as units from "@grafana/grafana-foundation-sdk/units";
import {expect, test} from "vitest";
import {parse, stringify} from "yaml";
import {resolveSpec} from "../../api/pipeline.ts";
import {cassandraSeries} from "../../cdk8s/components/cassandra/metrics.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {run} from "../../cluster/shell.ts";
import {dashboards, installation} from "../../operator/install.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {EXPORTED} from "./exporters.ts";
import {promtool} from "./promtool.ts";

const all = dashboards.map(([key, dashboard]) => [key, JSON.parse(JSON.stringify(dashboard))] as const);
const drawn = (dashboard: any): any[] => dashboard.panels.filter(({type}: any) => type !== "row");
const documented = readFileSync(join(import.meta.dirname, "../../docs/reference/metrics.md"), "utf8");

test.each(all)("%s: every panel has a number, title, unit, description and data source of its own", (_, dashboard) => {
  const ids = dashboard.panels.map(({id}: any) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const known = new Set<unknown>(Object.values(units));
  const variables = dashboard.templating.list.map(({name}: any) => `\${${name}}`);
  for (const panel of drawn(dashboard)) {
    const {title, description, datasource, fieldConfig, targets} = panel;
    expect(title).not.toBe("");
    expect.soft([title, /^[A-Z].*\.$/s.test(description)]).toEqual([title, true]);
    expect.soft([title, known.has(fieldConfig.defaults.unit)]).toEqual([title, true]);
    expect.soft([title, variables]).toEqual([title, expect.arrayContaining([datasource.uid])]);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) {
      expect(target.datasource).toEqual(datasource);
      if (target.expr !== undefined) expect.soft([title, target.legendFormat]).not.toEqual([title, ""]);
    }
  }
});

test.each(all)("%s: panels do not overlap and fill the width that Grafana has", (_, dashboard) => {
  const taken = new Set<string>();
  for (const {
    gridPos: {x, y, w, h},
    title,
  } of dashboard.panels) {
    expect.soft([title, x + w <= 24]).toEqual([title, true]);
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) {
        expect.soft([title, taken.has(`${row} ${column}`)]).toEqual([title, false]);
        taken.add(`${row} ${column}`);
      }
  }
});

test("what Cassandra's nodes are asked for on dashboards is kept of what they serve", () => {
  const board = all.find(([key]) => key.includes("cassandra"))![1];
  const asked = drawn(board)
    .flatMap(({targets}: any) => targets.flatMap(({expr = []}: any) => expr))
    .filter((expr: string) => /jvm_|process_|org_apache/.test(expr))
    .flatMap(namesOf);
  expect(asked.filter((name: string) => !cassandraSeries.includes(name))).toEqual([]);
});

test.each(all)("%s: every metric is one of ours or one that an exporter gives", (_, dashboard) => {
  const expressions = drawn(dashboard).flatMap(({targets}: any) => targets.flatMap(({expr = []}: any) => expr));
  for (const expr of expressions) expect(namesOf(expr), expr).not.toEqual([]);
  const unknown = expressions
    .flatMap(namesOf)
    .filter((name) => !documented.includes(`\`${name.replace(/_(bucket|sum|count)$/, "")}\``) && !EXPORTED.has(name));
  expect(unknown).toEqual([]);
});

/** Metrics of a PromQL expression: what stands before a selector. */
const namesOf = (expr: string): string[] => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, name]) => name!);

test("promtool reads every PromQL expression once its variables are there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    const expressions = all.flatMap(([, dashboard]) => drawn(dashboard).flatMap(({targets}: any) => targets));
    const groups = expressions
      .filter(({expr}: any) => expr)
      .map(({expr}: any, at: number) => ({
        name: `g${at}`,
        rules: [{record: "panel", expr: expr.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "1h")}],
      }));
    expect(groups.length).toBeGreaterThan(80);
    writeFileSync(join(folder, "rules.yaml"), stringify({groups}));
    await run(await promtool(), ["check", "rules", "rules.yaml"], {cwd: folder});
  } finally {
    rmSync(folder, {recursive: true});
  }
}, 300_000);

const context = (spec: object, name = "fleet") => ({
  name,
  namespace: "default",
  spec: resolveSpec(spec),
  images: defaultImages,
  passwords: Object.fromEntries(passwordSecrets(name).map((secret) => [secret, `password of ${secret}`])),
});
const planned = (spec: object, name?: string): any[] => plan(context(spec, name)).flatMap(({objects}) => objects);

test("the operator's installation brings every dashboard once, for the sidecar and for the Grafana operator", () => {
  const objects = installation({grafanaOperator: true}) as any[];
  const files = objects.filter(({metadata}) => metadata.labels.grafana_dashboard === "1");
  const boards = files.flatMap(({data}) => Object.values<string>(data).map((text) => JSON.parse(text)));
  expect(boards).toEqual(all.map(([, dashboard]) => dashboard));
  const told = objects.filter(({kind}) => kind === "GrafanaDashboard");
  const named = told.map(({spec: {uid, configMapRef}}) => {
    const {data} = files.find(({metadata}) => metadata.name === configMapRef.name);
    return [uid, JSON.parse(data[configMapRef.key]).uid];
  });
  expect(named).toEqual(boards.map(({uid}) => [uid, uid]));
  // What `kubectl apply` can write down beside an object.
  for (const file of files) expect(JSON.stringify(file).length).toBeLessThan(200_000);
});

test("a pipeline brings its database as a data source that the dashboards' picker finds", () => {
  const secret = planned({}).find(({metadata}) => metadata.labels.grafana_datasource === "1");
  const [source] = parse(Buffer.from(Object.values<string>(secret.data)[0]!, "base64").toString()).datasources;
  expect(source).toMatchObject({
    user: "telemetry_reader",
    secureJsonData: {password: "password of fleet-timescaledb-reader"},
  });
  const pickers = all.flatMap(([, {templating}]) => templating.list.filter(({name}: any) => name === "timescaledb"));
  expect(pickers.length).toBeGreaterThan(0);
  for (const {query, regex} of pickers) {
    expect(query).toBe(source.type);
    expect(source.name).toMatch(new RegExp(regex.slice(1, -1)));
  }
});

test("two pipelines' data sources have uids of their own, of at most 40 characters", () => {
  const uids = ["fleet", "p".repeat(40)].map(
    (name) => planned({}, name).find(({kind}) => kind === "GrafanaDatasource").spec.uid,
  );
  expect(new Set(uids).size).toBe(2);
  expect(uids.filter((uid) => uid.length > 40)).toEqual([]);
});

test("a database of someone else's, or none, is no data source", () => {
  const external = {provider: "External", external: {host: "db.example.com", secret: "db"}};
  for (const spec of [{timescaledb: external}, {timescaledb: {enabled: false}}]) {
    const objects = planned(spec);
    expect(
      objects.filter(({kind, metadata}) => kind === "GrafanaDatasource" || metadata.labels.grafana_datasource),
    ).toEqual([]);
  }
});

test("the Grafana operator is told of the password only its Secret", () => {
  const source = planned({}).find(({kind}) => kind === "GrafanaDatasource");
  expect(JSON.stringify(source)).not.toContain("password of");
});

const fieldsOf = (fields: object[], more: object = {}) =>
  planned({event: {fields}, ...more}).filter(({metadata}) => metadata.name === "fleet-grafana-fields");

test("a pipeline with numbers among its fields brings a dashboard of them, for the sidecar and for the Grafana operator", () => {
  const [file, told, ...others] = fieldsOf([
    {name: "fuel", type: "float", unit: "l, gal: 1"},
    {name: "driver", type: "string", unit: "x"},
    {name: "load", type: "int"},
  ]);
  expect(others).toEqual([]);
  expect(file).toMatchObject({kind: "ConfigMap", metadata: {labels: {grafana_dashboard: "1"}}});
  const [[key, text]] = Object.entries<string>(file.data) as [[string, string]];
  const board = JSON.parse(text);
  expect(told).toMatchObject({
    kind: "GrafanaDashboard",
    spec: {uid: board.uid, configMapRef: {name: file.metadata.name, key}},
  });
  const source = planned({}).find(({kind}) => kind === "GrafanaDatasource");
  const [picker, field] = board.templating.list;
  expect(picker.current).toMatchObject({text: source.spec.datasource.name, value: source.spec.uid});
  // A comma in a unit would divide the list.
  expect(field.query).toBe("fuel (l  gal  1) : fuel,load : load");
  expect(field.current.value).toEqual(["fuel", "load"]);
  const units = board.panels.flatMap(({fieldConfig}: any) => fieldConfig?.overrides ?? []);
  expect(JSON.stringify(units)).toContain('"suffix: l, gal: 1"');
  expect(text).not.toContain("driver");
});

test("without a number among its fields, or without a data source, there is no such dashboard", () => {
  const fuel = {name: "fuel", type: "float"};
  expect(fieldsOf([{name: "driver", type: "string"}])).toEqual([]);
  expect(fieldsOf([fuel], {timescaledb: {enabled: false}})).toEqual([]);
  expect(fieldsOf([fuel], {observability: {dashboards: {enabled: false}}})).toEqual([]);
});

test("of 200 fields the dashboard stays small, and the table has the first 20", () => {
  const fields = Array.from({length: 200}, (_, at) => ({name: `field_${at}`, type: "double", unit: "bar"}));
  const [{data}] = fieldsOf(fields);
  const [text] = Object.values<string>(data);
  expect(text!.length).toBeLessThan(100_000);
  const [table] = JSON.parse(text!).panels;
  expect(table.targets[0].rawSql).toContain('"field_19"');
  expect(table.targets[0].rawSql).not.toContain('"field_20"');
});
