import {readdirSync, readFileSync} from "node:fs";
import {totalmem} from "node:os";
import {join} from "node:path";
import {parse} from "yaml";
import {buildImages, digests} from "./images/build.ts";
import {EXAMPLE, type Instance, repository} from "./instance.ts";
import {kubectl, start} from "./lifecycle.ts";
import {load} from "./load.ts";
import {stack} from "./monitoring/stack.ts";
import {run, step, waitFor} from "./shell.ts";

const OPERATOR_NAMESPACE = "telemetry-system";
const READY_SECONDS = 900;
/** Of the machine's memory: the platform takes 6 GiB, the job with its JVMs 2 more. */
const FLINK_FROM_BYTES = 12 * 2 ** 30;
const APPLY = ["apply", "--server-side", "--force-conflicts", "-f"];

/** Everything from an empty machine to a cluster on which the operator runs. Each part is skipped when done. */
export async function platform(instance: Instance): Promise<void> {
  await start(instance);
  await load(instance, await buildImages());
  await installPlatform(instance);
}

/** The definitions of all custom resources, and the operator. */
export async function installPlatform(instance: Instance): Promise<void> {
  await step("definitions applied", async () => {
    for (const file of definitions()) await kubectl(instance, [...APPLY, file]);
  });
  await step("operator installed", async () => {
    const manifests = await operatorManifests();
    await kubectl(instance, [...APPLY, "-"], manifests);
    await kubectl(instance, [
      "-n",
      OPERATOR_NAMESPACE,
      "rollout",
      "status",
      "deployment/telemetry-operator",
      "--timeout=120s",
    ]);
  });
  // Nothing waits for it: the pipeline comes up beside it.
  await step("Prometheus and Alertmanager handed to their operator", () =>
    kubectl(instance, [...APPLY, "-"], JSON.stringify({apiVersion: "v1", kind: "List", items: stack})),
  );
}

/** `make up`: the platform, with the example pipeline on it; with the stream job where there is room. */
export async function up(instance: Instance): Promise<void> {
  await platform(instance);
  const example = parse(readFileSync(join(repository, "examples", "minimal.yaml"), "utf8"));
  if (totalmem() >= FLINK_FROM_BYTES) example.spec.flink = {enabled: true};
  else console.log("no stream job: this machine has less than 12 GiB (spec.flink.enabled: true adds it all the same)");
  await kubectl(instance, ["apply", "-f", "-"], JSON.stringify(example));
  await step("pipeline fleet is ready: rows arrive in both stores", () =>
    kubectl(instance, ["wait", "--for=condition=Ready", "telemetrypipeline/fleet", `--timeout=${READY_SECONDS}s`]),
  );
  const url = await step("console answers", () => waitFor("the console", 60_000, () => consoleUrl(instance)));
  console.log(`\n${await kubectl(instance, ["get", "telemetrypipelines"])}`);
  console.log(`console: ${url}`);
  console.log(`export KUBECONFIG=${instance.path("kubeconfig")}   # then: kubectl get tp fleet`);
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
