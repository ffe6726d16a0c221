import {readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {versions} from "../api/versions.ts";
import {defaultImages} from "../cdk8s/context.ts";

/** The rows of docs/reference/compatibility.md, from the files that pin each version. */
const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
/** The first group of a pattern in a file. */
const pinned = (path: string, pattern: RegExp): string => {
  const found = pattern.exec(read(path))?.[1];
  if (!found) throw new Error(`${path} has no ${pattern}`);
  return found;
};

const stack = parse(read("charts/telemetry-stack/Chart.yaml"));
const chartOf = (name: string): string =>
  stack.dependencies.find((chart: {name: string}) => chart.name === name).version;
const tagOf = (image: string): string => image.split(":").at(-1)!;

/** Product, minimum or supported versions, and the tested ones. */
export function compatibilityRows(): string[][] {
  const least = pinned("charts/telemetry-operator/Chart.yaml", /kubeVersion: ">=([\d.]+?)\.0-0"/);
  const embedded = pinned("cluster/kube-version.ts", /PINNED = "([\d.]+)"/);
  const others = pinned("Makefile", /^COMPATIBLE := (.+)$/m).split(" ");
  const [postgres, timescale] = tagOf(defaultImages.timescaledb).split("-");
  return [
    ["Kubernetes", `${least} or newer`, [...others, embedded].sort().join(", ")],
    ["Strimzi", "API `kafka.strimzi.io/v1`", chartOf("strimzi-kafka-operator")],
    ["Kafka (`spec.kafka.version`)", "", versions.kafka.join(", ")],
    ["K8ssandra operator", "API `k8ssandra.io/v1alpha1`", chartOf("k8ssandra-operator")],
    ["Cassandra (`spec.cassandra.version`)", "", versions.cassandra.join(", ")],
    ["TimescaleDB", "Managed: image of this release", `${timescale} on PostgreSQL ${postgres}`],
    ["Flink operator", "API `flink.apache.org/v1beta1`", chartOf("flink-kubernetes-operator")],
    ["Flink", "image of this release", tagOf(defaultImages.flink)],
    ["kube-prometheus-stack", "optional", chartOf("kube-prometheus-stack")],
    [
      "Prometheus operator",
      "API `monitoring.coreos.com/v1`",
      pinned("cluster/kube/go.mod", /prometheus-operator v([\d.]+)/),
    ],
    ["Grafana operator", "optional; API `grafana.integreatly.org/v1beta1`", "definitions only"],
    ["cert-manager", "for K8ssandra and Flink", stack.annotations["telemetry.dev/cert-manager"].slice(1)],
    ["Helm", "", "4"],
    [
      "Node.js (command line)",
      `${pinned("package.json", /"node": ">=(\d+)"/)} or newer`,
      pinned("Makefile", /node@([\d.]+)/),
    ],
  ];
}

/** The upgrades of servers that were run on a live pipeline. */
export const upgradeRows = (): string[][] =>
  Object.entries(versions).map(([server, tested]) => [
    server[0]!.toUpperCase() + server.slice(1),
    tested
      .slice(1)
      .map((to, index) => `${tested[index]} → ${to}`)
      .join(", "),
  ]);
