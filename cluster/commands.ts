import {spawnSync} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {command, type Option, type Program} from "../operator/runtime/command-line/table.ts";
import {binDir, build} from "./binary.ts";
import {buildImages} from "./images/build.ts";
import {type Instance, keeperPid, openInstance, STAND_INS, type StandIn} from "./instance.ts";
import {kindUp} from "./kind.ts";
import {start, stop} from "./lifecycle.ts";
import {load} from "./load.ts";
import {consoleUrl, up} from "./up.ts";

const name = {
  name: {value: "NAME", summary: "Name of the cluster; each has its own data", default: "up"},
} as const satisfies Record<string, Option>;

const without = {
  without: {
    value: "LIST",
    summary: `Leave out the stand-ins of ${STAND_INS.join(",")}, to install the real ones; this NAME keeps the choice`,
  },
} as const satisfies Record<string, Option>;

/** A command on the cluster that its options name. */
const onInstance =
  (work: (instance: Instance) => Promise<void>) =>
  async (_: unknown, options: {name: string; without?: string | undefined}) => {
    await work(await openInstance(options.name, undefined, standIns(options.without)));
    return 0;
  };

/** The table of commands of the embedded cluster. */
export const program: Program = {
  name: "node cluster/main.ts",
  summary: "A Kubernetes cluster on this machine, for development and tests.",
  groups: [
    {
      title: "Cluster",
      commands: [
        command({
          name: "up",
          summary: "Start the cluster, build and load the images, install the operator and an example",
          arguments: [],
          options: {...name, ...without},
          examples: [["With a real Strimzi", "up --without strimzi"]],
          run: onInstance(up),
        }),
        command({
          name: "kind",
          summary: "The same on a kind cluster with the real upstream operators",
          details: "docs/install.md lists what it needs.",
          arguments: [],
          options: {"dry-run": {summary: "Print the commands only"}},
          examples: [],
          async run(_, {"dry-run": dryRun}) {
            await kindUp({dryRun});
            return 0;
          },
        }),
        command({
          name: "start",
          summary: "Start an empty cluster, or resume one with its data",
          arguments: [],
          options: {...name, ...without},
          examples: [],
          run: onInstance(start),
        }),
        command({
          name: "stop",
          summary: "Stop the cluster",
          arguments: [],
          options: {...name, purge: {summary: "Remove its data as well"}},
          examples: [],
          async run(_, options) {
            await stop(await openInstance(options.name), {purge: options.purge});
            return 0;
          },
        }),
        command({
          name: "status",
          summary: "Show the processes of the cluster",
          arguments: [],
          options: name,
          examples: [],
          run: onInstance(async (instance) => showStatus(instance)),
        }),
        command({
          name: "console",
          summary: "Print the URL of the console of the example pipeline",
          arguments: [],
          options: name,
          examples: [],
          run: onInstance(async (instance) => console.log(await consoleUrl(instance))),
        }),
        command({
          name: "kubectl",
          summary: "Run kubectl against the cluster; --name comes before",
          arguments: [{name: "ARG", summary: "arguments of kubectl", rest: true}],
          options: name,
          examples: [["Pods of a cluster with another name", "--name test kubectl get pods"]],
          verbatim: true,
          async run({ARG: args}, options) {
            const kubeconfig = (await openInstance(options.name)).path("kubeconfig");
            const all = ["--kubeconfig", kubeconfig, ...args];
            return spawnSync(join(binDir(), "kubectl"), all, {stdio: "inherit"}).status ?? 1;
          },
        }),
      ],
    },
    {
      title: "Images and programs",
      commands: [
        command({
          name: "images",
          summary: "Build the images into .build/images",
          arguments: [],
          options: {},
          examples: [],
          async run() {
            console.log((await buildImages()).join("\n"));
            return 0;
          },
        }),
        command({
          name: "load",
          summary: "Import docker archives into the node of the cluster",
          arguments: [{name: "ARCHIVE", summary: "a docker archive", rest: true, complete: "file"}],
          options: name,
          examples: [],
          async run({ARCHIVE: archives}, options) {
            await load(await openInstance(options.name), archives);
            return 0;
          },
        }),
        command({
          name: "build",
          summary: "Build the Kubernetes binary into the cache",
          arguments: [],
          options: {},
          examples: [],
          async run() {
            await build();
            return 0;
          },
        }),
      ],
    },
  ],
};

function standIns(list: string | undefined): StandIn[] | undefined {
  if (list === undefined) return undefined;
  const names = list.split(",").filter(Boolean);
  const unknown = names.find((each) => !STAND_INS.includes(each as StandIn));
  if (unknown) throw new Error(`--without is "${unknown}": use a list of ${STAND_INS.join(", ")}`);
  return names as StandIn[];
}

function showStatus(instance: Instance) {
  const pid = keeperPid(instance);
  console.log(`cluster ${instance.name}: ${pid ? `running (process ${pid})` : "stopped"}`);
  if (!pid || !existsSync(instance.path("state.json"))) return;
  for (const {name: process, running, restarts} of JSON.parse(readFileSync(instance.path("state.json"), "utf8"))) {
    console.log(`  ${process.padEnd(24)} ${running ? "running" : "down"}${restarts ? `, ${restarts} restarts` : ""}`);
  }
  console.log(`  KUBECONFIG=${instance.path("kubeconfig")}`);
}
