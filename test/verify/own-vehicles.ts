import {readFileSync} from "node:fs";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {messagesOf, SCHEMA} from "../data/dialects.ts";
import {CONFLUENT_PATH, REGISTRY_SETTINGS, registryArguments, registryProgram} from "../data/registry.ts";
import {instance} from "../e2e/cluster.ts";
import type {user} from "../e2e/steps.ts";

/** Where the example says that it is, but for the path of Confluent's API. */
const REGISTRY = {namespace: "platform", name: "schema-registry"};
const PATH = "/tmp/registry";

/** Apicurio Registry as a pod with a Service; ends with its namespace. */
export async function startRegistry(image: string) {
  const folder = await registryProgram();
  const {namespace, name} = REGISTRY;
  const port = Number(REGISTRY_SETTINGS.QUARKUS_HTTP_PORT);
  const container = {
    name,
    image,
    command: ["java", ...registryArguments(folder).map((word) => word.replace(folder, PATH))],
    env: Object.entries(REGISTRY_SETTINGS).map(([name, value]) => ({name, value})),
    readinessProbe: {httpGet: {path: `${CONFLUENT_PATH}/subjects`, port}, periodSeconds: 1},
    volumeMounts: [{name: "program", mountPath: PATH, readOnly: true}],
  };
  const volumes = [{name: "program", hostPath: {path: folder, type: "Directory"}}];
  const pod = {terminationGracePeriodSeconds: 0, containers: [container], volumes};
  const labels = {app: name};
  const items = [
    {apiVersion: "v1", kind: "Pod", metadata: {name, labels}, spec: pod},
    {apiVersion: "v1", kind: "Service", metadata: {name}, spec: {selector: labels, ports: [{port}]}},
  ];
  const k = (args: string[], input?: string) => kubectl(instance, ["-n", namespace, ...args], input);
  await kubectl(instance, ["create", "namespace", namespace]);
  await k(["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items}));
  await k(["wait", "--for=condition=Ready", `pod/${name}`, "--timeout=240s"]);
  return {
    path: CONFLUENT_PATH,
    stop: () => kubectl(instance, ["delete", "namespace", namespace, "--wait=false"]),
  };
}

/** In a pod of the pipeline, as a gateway would: registers the schema, or sends what comes on its standard input. */
const REGISTER = `
  const [url, schema] = process.argv.slice(1);
  const headers = {"content-type": "application/vnd.schemaregistry.v1+json"};
  const answer = await fetch(url + "/subjects/telemetry-value/versions", {method: "POST", headers, body: JSON.stringify({schema})});
  console.log((await answer.json()).id);`;
const SEND = `
  import {text} from "node:stream/consumers";
  import {connectKafka} from "./workloads/lib/kafka.ts";
  import {logger} from "./workloads/lib/process.ts";
  const messages = JSON.parse(await text(process.stdin)).map(({key, value}) => ({key, value: Buffer.from(value, "base64")}));
  const producer = connectKafka("gateway", logger("gateway", "stderr")).producer();
  await producer.connect();
  await producer.send({topic: "telemetry", messages});
  await producer.disconnect();`;

/** Sends the five dialects of the example by a KafkaUser of its own; how many events they hold. */
export async function sendDialects(own: ReturnType<typeof user>, namespace: string, registry: string): Promise<number> {
  const gateway = docs("kind: KafkaUser");
  await kubectl(instance, ["-n", namespace, "apply", "-f", "-"], gateway);
  const password = await waitFor("the gateway's password", 240_000, async () => {
    const data = await own.k("get", "secret", "gateway", "-o", "jsonpath={.data.password}").catch(() => "");
    return Buffer.from(data, "base64").toString() || undefined;
  });
  const program = ["exec", "-i", "deploy/fleet-ingester-timescaledb", "--"];
  const node = ["node", "--input-type=module", "-e"];
  const schema = Number(await own.k(...program, ...node, REGISTER, registry, JSON.stringify(SCHEMA)));
  const messages = messagesOf(schema);
  const input = messages.map(({key, value}) => ({key, value: Buffer.from(value).toString("base64")}));
  const login = ["env", "KAFKA_USERNAME=gateway", `KAFKA_PASSWORD=${password}`];
  await kubectl(instance, ["-n", namespace, ...program, ...login, ...node, SEND], JSON.stringify(input));
  return messages.flatMap(({events}) => events).length;
}

/** A manifest of the page that tells how to connect vehicles. */
function docs(words: string): string {
  const page = readFileSync("docs/data.md", "utf8");
  const [block] = page.match(/```yaml\n[^`]*```/g)!.filter((text) => text.includes(words));
  return block!.replace(/^```yaml\n|```$/g, "");
}
