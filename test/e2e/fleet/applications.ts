import {readFileSync} from "node:fs";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import type {Endpoint} from "../../../api/status.ts";
import {defaultImages} from "../../../cdk8s/context.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {embedded} from "../steps.ts";
import {bringUp, fleet} from "./shared.ts";

/** The examples of docs/applications.md, taken from the page, in pods that are no part of the pipeline. */
const {k} = fleet;
const NAMESPACE = "default";
const page = readFileSync("docs/applications.md", "utf8");
const apply = (object: unknown) => embedded.kubectl(["-n", NAMESPACE, "apply", "-f", "-"], JSON.stringify(object));

/** The first fence below these headings. */
function example(...headings: string[]): string {
  const below = headings.reduce((text, heading) => text.slice(text.indexOf(`# ${heading}\n`)), page);
  return /^```[^\n]*\n(.*?)^```/ms.exec(below)![1]!;
}

const manifests = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => parse(text!));
const user = manifests.find(({kind}) => kind === "KafkaUser");
const {env} = manifests.find((manifest) => "env" in manifest);

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: {drop: ["ALL"]},
  runAsNonRoot: true,
  runAsUser: 10_001,
  seccompProfile: {type: "RuntimeDefault"},
};

/** The page's variables without a namespace or datacenter to fill in: operator/components/endpoints.test.ts compares the two. */
async function addressesInStatus(): Promise<Record<string, string>> {
  const endpoints: Endpoint[] = JSON.parse(await k("get", "tp", "fleet", "-o", "jsonpath={.status.endpoints}"));
  const [kafka, timescaledb, cassandra] = ["kafka", "timescaledb", "cassandra"].map(
    (wanted) => endpoints.find(({name}) => name === wanted)!,
  );
  return {
    KAFKA_BROKERS: kafka!.address!,
    PGHOST: timescaledb!.address!,
    PGDATABASE: timescaledb!.database!,
    CASSANDRA_HOST: cassandra!.address!,
    CASSANDRA_DATACENTER: cassandra!.datacenter!,
  };
}

/** Runs a command in a pod with the page's environment until its output matches. */
async function runs(name: string, image: string, command: string[], output: RegExp): Promise<string> {
  const addresses = await addressesInStatus();
  const filled = env.map((variable: {name: string}) =>
    variable.name in addresses ? {name: variable.name, value: addresses[variable.name]} : variable,
  );
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {name, labels: {app: "app"}},
    spec: {
      restartPolicy: "OnFailure",
      terminationGracePeriodSeconds: 0,
      containers: [{name: "app", image, command, env: filled, securityContext}],
    },
  });
  try {
    return await waitFor(`output of ${name}`, 240_000, async () => {
      const log = await k("logs", name);
      if (!output.test(log)) throw new Error(log);
      return log;
    });
  } finally {
    await k("delete", "pod", name, "--grace-period=0", "--force");
  }
}

const node = (code: string) => ["node", "--input-type=module", "-e", code];

beforeAll(async () => {
  await bringUp();
  await apply(user);
}, 1_800_000);

afterAll(async () => {
  await k("delete", "kafkauser", "app", "--ignore-not-found");
  await k("delete", "secret", "app", "--ignore-not-found");
}, 120_000);

test("psql reads the newest rows as the reader", async () => {
  const command = ["sh", "-c", example("TimescaleDB", "psql")];
  expect(await runs("app-psql", defaultImages.timescaledb, command, /vehicle-\d+ +\|/)).toMatch(/\(5 rows\)/);
}, 300_000);

test.each([
  ["TimescaleDB", /vehicle_id: ['"]vehicle-/],
  ["Cassandra", /speed: \d/],
  ["Kafka", /"vehicle_id":"vehicle-/],
])(
  "a program of Node reads %s",
  async (store, output) => {
    const code = example(store, "Node.js");
    await runs(`app-${store.toLowerCase()}`, defaultImages.workloads, node(code), output);
  },
  300_000,
);
