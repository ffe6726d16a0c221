import type {Chart} from "cdk8s";
import {kind, type Manifests, type PlanContext} from "../../component.ts";
import {credentials, custom, env, fromSecret, running} from "../../context.ts";
import {clientsOf, isolate, podsOf, prometheus} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";
import {selectOf} from "../monitoring/records.ts";

const echoKind = kind("echo.example.dev/v1", "Echo", "echoes");
const nameOf = ({name}: {name: string}) => `${name}-echo`;

export const echo: Manifests = {
  name: "echo",
  title: "echo",
  enabled: (spec) => spec.echo.enabled,
  build,
  kinds: [echoKind],
  rights: [{apiGroups: ["echo.example.dev"], resources: ["echoes/status"], verbs: ["patch"]}],
  uses: ["kafka"],
  serves: ({name}) => ({ports: [8080], peers: [{podSelector: podsOf(name, "echo")}]}),
  endpoints: (context) => [
    {name: "echo", protocol: "http", address: nameOf(context), port: 8080, tls: false, secret: nameOf(context)},
  ],
  passwords: {suffixes: ["echo"]},
  metrics: {port: "http"},
  notReady: "aside",
  alerts: (context) => [
    {
      name: "EchoSilent",
      severity: "warning",
      expr: `sum(rate(${selectOf(context)("echo_answers_total")}[5m])) == 0`,
      for: "5m",
      summary: "Nothing has been answered for 5 minutes.",
      meaning: "No event arrives, or the program hangs.",
      fix: "Read the log of the pod.",
    },
  ],
  dashboard: async () => (await import("./dashboard.ts")).echo,
};

function build(chart: Chart, context: PlanContext): void {
  const name = nameOf(context);
  const {greeting, sizing, pod} = context.spec.echo;
  const kafka = kafkaClient(context, "echo");
  credentials(chart, context, name, {});
  custom(chart, {...echoKind, metadata: {name}, spec: {greeting}});
  isolate(chart, context, {from: [{ports: ["http"], peers: [prometheus(context), ...clientsOf("echo", context)]}]});
  deployment(chart, context, {
    name,
    command: ["workloads/echo/main.ts"],
    replicas: running(context) ? 1 : 0,
    sizing,
    options: pod,
    files: kafka.files,
    env: [...kafka.env, ...env({GREETING: greeting}), fromSecret("ECHO_TOKEN", name, "password")],
  });
}
