import {existsSync, readdirSync, readFileSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {parse} from "yaml";
import {binDir, build} from "./binary.ts";
import {goPackages} from "./go.ts";
import {imageTaskOf, imageTasks, packagesFor, staleImages} from "./images/build.ts";
import {archiveOf, type Image, images, shortNameOf} from "./images/catalog.ts";
import {digests} from "./images/digest.ts";
import {EXAMPLE, type Instance, repository} from "./instance.ts";
import {kubectl, start} from "./lifecycle.ts";
import {loadOne} from "./load.ts";
import {stack} from "./monitoring/stack.ts";
import {preflight} from "./preflight.ts";
import {run, step, waitFor} from "./shell.ts";
import {runTasks, type Task} from "./tasks.ts";

const OPERATOR_NAMESPACE = "telemetry-system";
const READY_SECONDS = 900;
/** Of the machine's memory: the platform takes 6 GiB, the job with its JVMs 2 more. */
const FLINK_FROM_BYTES = 12 * 2 ** 30;
const APPLY = ["apply", "--server-side", "--force-conflicts"];

/** Everything from an empty machine to a cluster on which the operator runs. Each part is skipped when done. */
export const platform = (instance: Instance): Promise<void> => runTasks(platformTasks(instance, images, staleImages()));

/** In the order of their importance: the pipeline waits for all but Prometheus. */
function platformTasks(instance: Instance, wanted: Image[], stale: Image[]): Task[] {
  const needsPackages = Object.keys(goPackages()).length > 0;
  return [
    {name: "packages", cost: 10, run: () => preflight({...goPackages(), ...packagesFor(stale)})},
    {
      name: "kubernetes",
      after: needsPackages ? ["packages"] : [],
      lane: "compile",
      cost: existsSync(join(binDir(), "kube")) ? 0 : 500,
      run: build,
    },
    {name: "cluster", after: ["packages", "kubernetes"], cost: 10, run: () => start(instance)},
    {name: "definitions", after: ["cluster"], cost: 10, run: () => applyDefinitions(instance)},
    ...imageTasks(stale, ["packages"]),
    ...wanted.map((image) => ({
      name: loaded(image),
      after: ["cluster", ...(stale.includes(image) ? [imageTaskOf(image)] : [])],
      lane: "load" as const,
      cost: 10,
      run: () => loadOne(instance, archiveOf(image)),
    })),
    {name: "operator", after: ["definitions", "operator loaded"], cost: 8, run: () => installOperator(instance)},
    {name: "monitoring", after: ["definitions", "prometheus loaded"], cost: 8, run: () => installMonitoring(instance)},
  ];
}

const loaded = (image: Image) => `${shortNameOf(image)} loaded`;

/** What runs on a cluster whose node has the images. */
export async function installPlatform(instance: Instance): Promise<void> {
  await applyDefinitions(instance);
  await installOperator(instance);
  await installMonitoring(instance);
}

const applyDefinitions = (instance: Instance) =>
  step("definitions applied", () => kubectl(instance, [...APPLY, ...definitions().flatMap((file) => ["-f", file])]));

const installOperator = (instance: Instance) =>
  step("operator installed", async () => {
    await kubectl(instance, [...APPLY, "-f", "-"], await operatorManifests());
    const rollout = ["rollout", "status", "deployment/telemetry-operator", "--timeout=120s"];
    await kubectl(instance, ["-n", OPERATOR_NAMESPACE, ...rollout]);
  });

/** Nothing waits for its pods: the pipeline comes up beside them. */
const installMonitoring = (instance: Instance) =>
  step("Prometheus and Alertmanager handed to their operator", () =>
    kubectl(instance, [...APPLY, "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items: stack})),
  );

/** Images that no pod of the example pipeline runs, or that it does not wait for. */
const UNUSED = ["prometheus", "lake", "seaweedfs", "airflow", "druid", "superset", "scorer", "training"];

/** `make up`: the platform, with the example pipeline on it; with the stream job where there is room. */
export async function up(instance: Instance): Promise<void> {
  const flink = totalmem() >= FLINK_FROM_BYTES;
  if (!flink)
    console.log("no stream job: this machine has less than 12 GiB (spec.flink.enabled: true adds it all the same)");
  const stale = staleImages();
  const wanted = images.filter((image) => !image.byRequest || !stale.includes(image));
  const needed = images.filter((image) => !UNUSED.includes(shortNameOf(image)));
  await runTasks([
    ...platformTasks(
      instance,
      wanted,
      stale.filter((image) => wanted.includes(image)),
    ),
    {
      name: "pipeline",
      after: ["operator", ...needed.map(loaded)],
      cost: 120,
      run: () => startPipeline(instance, flink),
    },
  ]);
  const url = await step("console answers", () => waitFor("the console", 60_000, () => consoleUrl(instance)));
  console.log(`\n${await kubectl(instance, ["get", "telemetrypipelines"])}`);
  console.log(`console: ${url}`);
  console.log(`export KUBECONFIG=${instance.path("kubeconfig")}   # then: kubectl get tp fleet`);
}

async function startPipeline(instance: Instance, flink: boolean) {
  const example = parse(readFileSync(join(repository, "examples", "minimal.yaml"), "utf8"));
  if (flink) example.spec.flink = {enabled: true};
  await kubectl(instance, ["apply", "-f", "-"], JSON.stringify(example));
  await step("pipeline fleet is ready: rows arrive in both stores", () =>
    kubectl(instance, ["wait", "--for=condition=Ready", "telemetrypipeline/fleet", `--timeout=${READY_SECONDS}s`]),
  );
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
  run(process.execPath, [join(repository, "operator", "install.ts")], {
    env: {...process.env, IMAGE_DIGEST: digests(), SERVICE_MONITOR: "true"},
  });

function definitions(): string[] {
  return ["crds", "cluster/monitoring/crds", "cluster/operators/crds"].flatMap((folder) =>
    readdirSync(join(repository, folder), {recursive: true, encoding: "utf8"})
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => join(repository, folder, file)),
  );
}
