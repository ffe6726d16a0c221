import {spawnSync} from "node:child_process";
import {join} from "node:path";
import {digests, stage} from "./images/build.ts";
import {type Image, images, referenceOf} from "./images/catalog.ts";
import {repository} from "./instance.ts";
import {run, step, succeeds} from "./shell.ts";

const KIND_NAME = "telemetry";
const CONTEXT = `kind-${KIND_NAME}`;
const PROGRAMS = ["docker", "kind", "kubectl", "helm"];

/** Upstream operators at the tested versions. */
const CHARTS = [
  {
    release: "strimzi",
    chart: "strimzi-kafka-operator",
    repo: "https://strimzi.io/charts",
    version: "1.2.0",
    values: ["watchAnyNamespace=true"],
  },
  {
    release: "cert-manager",
    chart: "cert-manager",
    repo: "https://charts.jetstack.io",
    version: "v1.21.1",
    values: ["crds.enabled=true"],
  },
  {
    release: "k8ssandra-operator",
    chart: "k8ssandra-operator",
    repo: "https://helm.k8ssandra.io/stable",
    version: "1.32.5",
    values: ["global.clusterScoped=true"],
  },
];

export interface Step {
  title: string;
  argv: string[];
  /** Read by the program on stdin: the output of another one. */
  input?: string[];
  /** When this command succeeds, the step is done already. */
  unless?: string[];
}

/** Images that upstream's operators do not bring: ours. */
const ours = images.filter(({dir}) => !dir.startsWith("cluster/"));

/** Every command of `make up CLUSTER=kind`, in order; `contextOf` gives the staged folder of an image. */
export function kindSteps(contextOf: (image: Image) => string): Step[] {
  const kubectl = ["kubectl", "--context", CONTEXT];
  const path = (...parts: string[]) => join(repository, ...parts);
  return [
    {
      title: "kind cluster",
      argv: ["kind", "create", "cluster", "--name", KIND_NAME, "--config", path("kind-config.yaml"), "--wait", "120s"],
      unless: ["kubectl", "--context", CONTEXT, "version"],
    },
    ...ours.flatMap((image) => {
      const base = `debian:${image.base}-slim`;
      const tag = referenceOf(image);
      return [
        {
          title: `image ${image.name}`,
          argv: ["docker", "build", "--quiet", "--build-arg", `BASE=${base}`, "--tag", tag, contextOf(image)],
        },
        {title: `image ${image.name} loaded`, argv: ["kind", "load", "docker-image", tag, "--name", KIND_NAME]},
      ];
    }),
    ...CHARTS.map(({release, chart, repo, version, values}) => ({
      title: `${release} ${version}`,
      argv: ["helm", "upgrade", "--install", release, chart, "--repo", repo, "--version", version].concat(
        ["--namespace", release, "--create-namespace", "--kube-context", CONTEXT, "--wait", "--timeout", "10m"],
        values.flatMap((value) => ["--set", value]),
      ),
    })),
    {
      title: "definition of TelemetryPipeline",
      argv: [...kubectl, "apply", "--server-side", "-f", path("crds", "telemetrypipelines.telemetry.dev.yaml")],
    },
    {
      title: "operator",
      argv: [...kubectl, "apply", "--server-side", "--force-conflicts", "-f", "-"],
      input: [process.execPath, path("cdk8s", "install.ts")],
    },
    {
      title: "operator is available",
      argv: [
        ...kubectl,
        "-n",
        "telemetry-system",
        "rollout",
        "status",
        "deployment/telemetry-operator",
        "--timeout=180s",
      ],
    },
    {title: "example pipeline", argv: [...kubectl, "apply", "-f", path("examples", "minimal.yaml")]},
    {
      title: "pipeline fleet is ready: rows arrive in both stores",
      argv: [...kubectl, "wait", "--for=condition=Ready", "telemetrypipeline/fleet", "--timeout=900s"],
    },
  ];
}

/** `make up CLUSTER=kind`; with `dryRun` the commands are printed and nothing is done. */
export async function kindUp({dryRun = false} = {}): Promise<void> {
  if (dryRun) {
    const steps = kindSteps((image) => join("BUILD_CONTEXT", image.dir));
    for (const {argv, input} of steps) console.log(`${input ? `${input.join(" ")} | ` : ""}${argv.join(" ")}`);
    return;
  }
  const missing = PROGRAMS.filter((program) => spawnSync(program, ["--help"]).error);
  if (missing.length > 0) {
    throw new Error(
      `CLUSTER=kind needs ${missing.join(", ")}: install it, or use the embedded cluster (plain "make up")`,
    );
  }
  const contexts = new Map<Image, string>();
  for (const image of ours) contexts.set(image, await stage(image));
  for (const {title, argv, input, unless} of kindSteps((image) => contexts.get(image)!)) {
    if (unless && (await succeeds(unless[0]!, unless.slice(1)))) continue;
    await step(title, async () => {
      const env = {...process.env, IMAGE_DIGEST: digests()};
      const text = input ? await run(input[0]!, input.slice(1), {env}) : undefined;
      await run(argv[0]!, argv.slice(1), text === undefined ? {} : {input: text});
    });
  }
  console.log(`\n${await run("kubectl", ["--context", CONTEXT, "get", "telemetrypipelines"])}`);
}
