import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {run} from "../../cluster/shell.ts";

/**
 * A component that is no store costs its own files and two registrations. One that does not exist, `echo`, is added to a copy of the sources;
 * all that is derived has to show it.
 */
const root = join(import.meta.dirname, "../..");
const FOLDERS = ["api", "cdk8s", "operator", "workloads", "docs", "cluster", "charts", "crds"];

/** The two registrations, each with its import. */
const REGISTRATIONS = [
  {file: "api/pipeline.ts", from: "./components/echo.ts", list: /^const components = \{/m},
  {file: "operator/components/all.ts", from: "./echo.ts", list: /^export const components: Component\[\] = \[/m},
];

let copy: string;
let seen: any;

beforeAll(async () => {
  copy = mkdtempSync(join(root, ".build-echo-"));
  for (const folder of FOLDERS) cpSync(join(root, folder), join(copy, folder), {recursive: true});
  for (const file of ["package.json", "tsconfig.json", "Makefile"]) cpSync(join(root, file), join(copy, file));
  cpSync(join(import.meta.dirname, "echo"), copy, {recursive: true});
  for (const {file, from, list} of REGISTRATIONS) {
    const path = join(copy, file);
    const text = readFileSync(path, "utf8").replace(list, (opening) => `${opening}\n  echo,`);
    expect(text).toContain("  echo,");
    writeFileSync(path, `import {echo} from "${from}";\n${text}`);
  }
  seen = JSON.parse(await run(process.execPath, [join(copy, "inspect.ts")], {cwd: copy}));
}, 120_000);

afterAll(() => rmSync(copy, {recursive: true, force: true}));

const planned = (kind: string, name: string) =>
  seen.objects.find((object: any) => object.kind === kind && object.metadata.name === name);
const rules = (): any[] => planned("PrometheusRule", "fleet").spec.groups.flatMap((group: any) => group.rules);

test("its own files and two registrations compile", async () => {
  const config = {
    extends: "./tsconfig.json",
    include: ["api", "cdk8s", "operator", "inspect.ts"],
    exclude: ["**/*.test.ts"],
  };
  writeFileSync(join(copy, "tsconfig.echo.json"), JSON.stringify(config));
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", "tsconfig.echo.json"], {
    cwd: copy,
  });
}, 180_000);

test("the definition and its reference page have its fields", () => {
  expect(Object.keys(seen.definition.properties.echo.properties)).toEqual(["enabled", "greeting", "pod"]);
  expect(seen.pages["reference/crd.md"]).toContain("`spec.echo.greeting`");
});

test("its Secret has a generated password, and its pods the security of all", () => {
  expect(Buffer.from(planned("Secret", "fleet-echo").data.password, "base64").toString()).toBe(
    "password of fleet-echo",
  );
  const {spec} = planned("Deployment", "fleet-echo").spec.template;
  expect(spec).toMatchObject({automountServiceAccountToken: false, securityContext: {runAsNonRoot: true}});
});

test("policies let it reach Kafka, and nobody else reach it but Prometheus", () => {
  const own = planned("NetworkPolicy", "fleet-echo").spec;
  expect(own.ingress).toHaveLength(1);
  expect(JSON.stringify(own.egress)).toContain('"port":9092');
  const brokers = planned("NetworkPolicy", "fleet-brokers").spec.ingress[0].from[0].podSelector.matchExpressions[0];
  expect(brokers.values).toContain("echo");
  const [listener] = planned("Kafka", "fleet").spec.kafka.listeners;
  expect(listener.networkPolicyPeers[0].podSelector.matchExpressions[0].values).toContain("echo");
  expect(planned("KafkaUser", "fleet-echo")).toBeDefined();
});

test("Prometheus scrapes it, and its alerts are rules and a page", () => {
  const [{values}] = planned("PodMonitor", "fleet").spec.selector.matchExpressions;
  expect(values).toContain("echo");
  const named = (name: string) => rules().find(({alert}) => alert === name);
  expect(named("EchoSilent").labels).toMatchObject({severity: "warning", pipeline: "fleet"});
  expect(named("TelemetryComponentAbsent").expr).toContain('component="echo"');
  expect(named("TelemetryCompanionNotReady").expr).toMatch(/[|"]echo[|"]/);
  expect(seen.pages["reference/alerts.md"]).toContain("## EchoSilent");
});

test("the operator may do with its kind what it has to, and its dashboard comes along", () => {
  const {rules} = seen.installed.find(({kind}: any) => kind === "ClusterRole");
  const its = rules.filter(({apiGroups}: any) => apiGroups[0] === "echo.example.dev");
  expect(its.map(({resources}: any) => resources)).toEqual([["echoes"], ["echoes/status"]]);
  expect(seen.kinds.indexOf("Echo")).toBeGreaterThan(-1);
  expect(seen.installed.map(({metadata}: any) => metadata.name)).toContain("telemetry-operator-dashboard-echo");
});

test("the status has its endpoint, and the table of sizes its pods", () => {
  expect(seen.endpoints).toContain("echo");
  expect(seen.sizes).toContain("echo (`spec.echo.enabled`)");
});
