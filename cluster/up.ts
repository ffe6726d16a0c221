import {readdirSync, readFileSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {parse} from "yaml";
import {build} from "./binary.ts";
import {digests, GO_LANE, imageTasks, taskOf} from "./images/build.ts";
import {archiveOf, images, shortNameOf} from "./images/catalog.ts";
import {EXAMPLE, type Instance, repository} from "./instance.ts";
import {kubectl, start} from "./lifecycle.ts";
import {load} from "./load.ts";
import {stack} from "./monitoring/stack.ts";
import {preflight} from "./preflight.ts";
import {run, step, waitFor} from "./shell.ts";
import {runTasks, type Task} from "./tasks.ts";

const OPERATOR_NAMESPACE = "telemetry-system";
const READY_SECONDS = 900;
/** Of the machine's memory: the platform takes 6 GiB, the job with its JVMs 2 more. */
const FLINK_FROM_BYTES = 12 * 2 ** 30;
const APPLY = ["apply", "--server-side", "--force-conflicts", "-f"];

/** Everything from an empty machine to a cluster on which the operator runs. Each part is skipped when done. */
export const platform = (instance: Instance): Promise<void> => runTasks(platformTasks(instance));

/** `make up`: the platform, with the example pipeline on it; with the stream job where there is room. */
export async function up(instance: Instance): Promise<void> {
  const example = parse(readFileSync(join(repository, "examples", "minimal.yaml"), "utf8"));
  const apply = (spec: object) =>
    kubectl(instance, ["apply", "-f", "-"], JSON.stringify({...example, spec: {...example.spec, ...spec}}));
  const hasRoom = totalmem() >= FLINK_FROM_BYTES;
  if (!hasRoom)
    console.log("no stream job: this machine has less than 12 GiB (spec.flink.enabled: true adds it all the same)");
  await runTasks([
    ...platformTasks(instance),
    {
      name: "pipeline",
      lane: "pipeline",
      after: [OPERATOR, ...["kafka", "cassandra", "timescaledb", "workloads"].map(loadOf)],
      // A pipeline that is there already keeps its stream job.
      run: async () => void (await apply((await streamJobOf(instance)) ?? {})),
    },
    {
      name: "stream job",
      lane: "pipeline",
      // A pod that is made before its image is there waits ever longer between its looks.
      after: ["pipeline", loadOf("flink")],
      run: async () => void (hasRoom && (await apply({flink: {enabled: true}}))),
    },
  ]);
  await step("pipeline fleet is ready: rows arrive in both stores", () =>
    kubectl(instance, ["wait", "--for=condition=Ready", "telemetrypipeline/fleet", `--timeout=${READY_SECONDS}s`]),
  );
  const url = await step("console answers", () => waitFor("the console", 60_000, () => consoleUrl(instance)));
  console.log(`\n${await kubectl(instance, ["get", "telemetrypipelines"])}`);
  console.log(`console: ${url}`);
  console.log(`export KUBECONFIG=${instance.path("kubeconfig")}   # then: kubectl get tp fleet`);
}

const KUBERNETES = "Kubernetes";
const CLUSTER = "cluster";
const DEFINITIONS = "definitions";
const OPERATOR = "operator";
const loadOf = (shortName: string) => `${shortName} in the node`;

/** The definitions and the operator, on a node that has the images. */
export async function installPlatform(instance: Instance): Promise<void> {
  await applyDefinitions(instance);
  await installOperator(instance);
}

/** Images are built while Kubernetes compiles, and loaded as they come. */
function platformTasks(instance: Instance): Task[] {
  return [
    {name: "packages of the cluster", lane: "apt", run: preflight},
    {
      name: KUBERNETES,
      lane: GO_LANE,
      after: ["packages of the cluster"],
      run: async () => void (await build()),
    },
    {name: CLUSTER, lane: "cluster", after: [KUBERNETES], run: () => start(instance)},
    ...imageTasks(images),
    ...images.map((image) => ({
      name: loadOf(shortNameOf(image)),
      lane: "node",
      after: [CLUSTER, taskOf(image)],
      run: () => load(instance, [archiveOf(image)]),
    })),
    {name: DEFINITIONS, lane: "objects", after: [CLUSTER], run: () => applyDefinitions(instance)},
    {
      name: OPERATOR,
      lane: "objects",
      after: [DEFINITIONS, loadOf("operator")],
      run: () => installOperator(instance),
    },
    {
      name: "monitoring",
      lane: "objects",
      after: [DEFINITIONS, loadOf("prometheus")],
      run: () =>
        step("Prometheus and Alertmanager handed to their operator", async () => {
          await kubectl(instance, [...APPLY, "-"], JSON.stringify({apiVersion: "v1", kind: "List", items: stack}));
        }),
    },
  ];
}

/** The definitions of all custom resources. */
const applyDefinitions = (instance: Instance) =>
  step("definitions applied", async () => {
    await kubectl(instance, [
      "apply",
      "--server-side",
      "--force-conflicts",
      ...definitions().flatMap((file) => ["-f", file]),
    ]);
  });

const installOperator = (instance: Instance) =>
  step("operator installed", async () => {
    await kubectl(instance, [...APPLY, "-"], await operatorManifests());
    const rollout = ["rollout", "status", "deployment/telemetry-operator", "--timeout=240s"];
    await kubectl(instance, ["-n", OPERATOR_NAMESPACE, ...rollout]);
  });

/** The part of the live example that `up` adds by itself. */
async function streamJobOf(instance: Instance): Promise<object | undefined> {
  const live = await kubectl(instance, ["get", "telemetrypipeline", "fleet", "--ignore-not-found", "-o", "json"]);
  return live && JSON.parse(live).spec.flink?.enabled ? {flink: {enabled: true}} : undefined;
}

/** Where a browser on this machine sees the example's console; the token is in the fragment, which no server is sent. */
export async function consoleUrl(instance: Instance): Promise<string> {
  const {pipeline} = EXAMPLE;
  const secret = await kubectl(instance, ["get", "secret", `${pipeline}-console`, "-o", "jsonpath={.data.password}"]);
  const origin = `http://127.0.0.1:${instance.consolePort}`;
  const {status} = await fetch(`${origin}/healthz`, {signal: AbortSignal.timeout(2_000)});
  if (status !== 200) throw new Error(`the console answers ${status}`);
  return `${origin}/login#token=${Buffer.from(secret, "base64")}`;
}

/** A rebuilt image keeps its tag; the digest makes the operator's pod anew. */
const operatorManifests = (): Promise<string> =>
  run(process.execPath, [join(repository, "cdk8s", "install.ts")], {
    env: {...process.env, IMAGE_DIGEST: digests(), SERVICE_MONITOR: "true"},
  });

function definitions(): string[] {
  return ["crds", "cluster/monitoring/crds"].flatMap((folder) =>
    readdirSync(join(repository, folder), {recursive: true, encoding: "utf8"})
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => join(repository, folder, file)),
  );
}
