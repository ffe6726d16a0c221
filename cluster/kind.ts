import {spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {images, referenceOf, type SharedBase, type Source, sharedBases} from "./images/catalog.ts";
import {digests} from "./images/digest.ts";
import {stage} from "./images/stage.ts";
import {repository} from "./instance.ts";
import {run, step, succeeds} from "./shell.ts";

const KIND_NAME = "telemetry";
const CONTEXT = `kind-${KIND_NAME}`;
/** What the steps run, and what lays the images out. */
const PROGRAMS = ["docker", "kind", "kubectl", "helm", "npm", "mvn", "pip3", "unzip"];
/** Where the console looks for Alertmanager unless the spec says otherwise. */
const STACK_NAMESPACE = "monitoring";

/** Upstream's operators and their versions, as charts/telemetry-stack installs them anywhere. */
const STACK = join(repository, "charts", "telemetry-stack");
const {annotations} = parse(readFileSync(join(STACK, "Chart.yaml"), "utf8"));
const CERT_MANAGER: string = annotations["telemetry.dev/cert-manager"];

interface Step {
  title: string;
  argv: string[];
  /** When this command succeeds, the step is done already. */
  unless?: string[];
}

/** Images that upstream's operators do not bring: ours. */
const ours = images.filter(({dir}) => !dir.startsWith("cluster/"));

const bases = [...new Set(ours.map(({base}) => base))].filter((base): base is SharedBase => base in sharedBases);
const baseOf = (base: Source["base"]) =>
  base in sharedBases ? `telemetry-operator/${base}-base` : `debian:${base}-slim`;

const release = (name: string, chart: string, namespace: string) =>
  ["helm", "upgrade", "--install", name, chart, "--kube-context", CONTEXT].concat([
    "--namespace",
    namespace,
    "--create-namespace",
    "--wait",
  ]);

/** Every command of `make up CLUSTER=kind`, in order; `contextOf` gives the staged folder of an image, `digest` is that of all. */
export function kindSteps(contextOf: (source: Source) => string, digest: string): Step[] {
  const docker = (source: Source, tag: string) => [
    "docker",
    "build",
    "--quiet",
    "--build-arg",
    `BASE=${baseOf(source.base)}`,
    "--tag",
    tag,
    contextOf(source),
  ];
  const kubectl = ["kubectl", "--context", CONTEXT];
  const path = (...parts: string[]) => join(repository, ...parts);
  return [
    {
      title: "kind cluster",
      argv: ["kind", "create", "cluster", "--name", KIND_NAME, "--config", path("kind-config.yaml"), "--wait", "120s"],
      unless: ["kubectl", "--context", CONTEXT, "version"],
    },
    ...bases.map((base) => ({title: `base of the ${base} images`, argv: docker(sharedBases[base], baseOf(base))})),
    ...ours.flatMap((image) => {
      const tag = referenceOf(image);
      return [
        {title: `image ${image.name}`, argv: docker(image, tag)},
        {title: `image ${image.name} loaded`, argv: ["kind", "load", "docker-image", tag, "--name", KIND_NAME]},
      ];
    }),
    {
      title: `cert-manager ${CERT_MANAGER}`,
      argv: release("cert-manager", "cert-manager", "cert-manager").concat(
        ["--repo", "https://charts.jetstack.io", "--version", CERT_MANAGER],
        ["--set", "crds.enabled=true", "--timeout", "10m"],
      ),
    },
    {title: "charts of the upstream operators", argv: ["helm", "dependency", "update", STACK]},
    {
      title: "upstream operators",
      argv: release("telemetry-stack", STACK, STACK_NAMESPACE).concat("--timeout", "15m"),
    },
    {
      title: "operator",
      // A rebuilt image keeps its tag; the digest makes the operator's pod anew.
      argv: release("telemetry", path("charts", "telemetry-operator"), "telemetry-system").concat(
        ["--set-string", `podAnnotations.telemetry\\.dev/images=${digest}`],
        ["--timeout", "5m"],
      ),
    },
    {title: "example pipeline", argv: [...kubectl, "apply", "-f", path("examples", "minimal.yaml")]},
    {
      title: "pipeline fleet is ready: rows arrive in both stores",
      argv: [...kubectl, "wait", "--for=condition=Ready", "telemetrypipeline/fleet", "--timeout=900s"],
    },
  ];
}

/** Why a machine cannot run the steps; undefined if it can. */
export function obstacle(platform: string, arch: string, has: (program: string) => boolean): string | undefined {
  if (platform !== "linux" || arch !== "x64") {
    return `CLUSTER=kind copies this machine's Node into the images, so it runs on Linux x86-64, not ${platform} ${arch}`;
  }
  const missing = PROGRAMS.filter((program) => !has(program));
  if (missing.length === 0) return undefined;
  return `CLUSTER=kind needs ${missing.join(", ")}: install what is missing, or use the embedded cluster (plain "make up")`;
}

/** `make up CLUSTER=kind`; with `dryRun` the commands are printed and nothing is done. */
export async function kindUp({dryRun = false} = {}): Promise<void> {
  if (dryRun) {
    for (const {argv} of kindSteps(({dir}) => join("BUILD_CONTEXT", dir), "DIGEST")) console.log(argv.join(" "));
    return;
  }
  const why = obstacle(process.platform, process.arch, (program) => !spawnSync(program, ["--help"]).error);
  if (why) throw new Error(why);
  const contexts = new Map<Source, string>();
  for (const source of [...bases.map((base) => sharedBases[base]), ...ours]) contexts.set(source, await stage(source));
  for (const {title, argv, unless} of kindSteps((source) => contexts.get(source)!, digests())) {
    if (unless && (await succeeds(unless[0]!, unless.slice(1)))) continue;
    await step(title, () => run(argv[0]!, argv.slice(1)));
  }
  console.log(`\n${await run("kubectl", ["--context", CONTEXT, "get", "telemetrypipelines"])}`);
}
