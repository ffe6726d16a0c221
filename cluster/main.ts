import {spawnSync} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parseArgs} from "node:util";
import {binDir, build} from "./binary.ts";
import {buildImages} from "./images/build.ts";
import {keeperPid, openInstance, STAND_INS, type StandIn} from "./instance.ts";
import {kindUp} from "./kind.ts";
import {start, stop} from "./lifecycle.ts";
import {load} from "./load.ts";
import {consoleUrl, up} from "./up.ts";

const USAGE = `usage: node cluster/main.ts VERB [--name NAME]

  up [--without …]   start, build and load the images, apply the definitions; of strimzi,k8ssandra,flink-operator
                     those named have no stand-in: install the real one in its place, then --without holds for this NAME
  kind [--dry-run]   the same on a kind cluster with the real upstream operators (what that needs: docs/install.md)
  images             build the images into .build/images
  build              build the Kubernetes binary into the cache
  start              start the cluster, or resume it with its data
  stop [--purge]     stop it; --purge removes its data as well
  status             what runs in it
  console            print the URL of the example pipeline's console
  load ARCHIVE…      import docker archives into its node
  kubectl ARG…       kubectl against it (--name first)
`;

/** Everything after "kubectl" belongs to kubectl. */
const argv = process.argv.slice(2);
const cut = argv.indexOf("kubectl");
const own = cut < 0 ? argv : argv.slice(0, cut + 1);
const {values, positionals} = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    name: {type: "string", default: "up"},
    without: {type: "string"},
    purge: {type: "boolean", default: false},
    "dry-run": {type: "boolean", default: false},
  },
});
const [verb, ...rest] = positionals;

try {
  const instance = await openInstance(values.name, undefined, standIns(values.without));
  if (verb === "build") await build();
  else if (verb === "start") await start(instance);
  else if (verb === "stop") await stop(instance, {purge: values.purge});
  else if (verb === "up") await up(instance);
  else if (verb === "kind") await kindUp({dryRun: values["dry-run"]});
  else if (verb === "images") console.log((await buildImages()).join("\n"));
  else if (verb === "load") await load(instance, rest);
  else if (verb === "status") status();
  else if (verb === "console") console.log(await consoleUrl(instance));
  else if (verb === "kubectl") {
    const args = ["--kubeconfig", instance.path("kubeconfig"), ...argv.slice(cut + 1)];
    process.exitCode = spawnSync(join(binDir(), "kubectl"), args, {stdio: "inherit"}).status ?? 1;
  } else {
    process.stderr.write(USAGE);
    process.exitCode = 2;
  }

  function standIns(list: string | undefined): StandIn[] | undefined {
    if (list === undefined) return undefined;
    const names = list.split(",").filter(Boolean);
    const unknown = names.find((name) => !STAND_INS.includes(name as StandIn));
    if (unknown) throw new Error(`--without: "${unknown}" is none of ${STAND_INS.join(", ")}`);
    return names as StandIn[];
  }

  function status() {
    const pid = keeperPid(instance);
    console.log(`cluster ${instance.name}: ${pid ? `running (process ${pid})` : "stopped"}`);
    if (!pid || !existsSync(instance.path("state.json"))) return;
    for (const {name, running, restarts} of JSON.parse(readFileSync(instance.path("state.json"), "utf8"))) {
      console.log(`  ${name.padEnd(24)} ${running ? "running" : "down"}${restarts ? `, ${restarts} restarts` : ""}`);
    }
    console.log(`  KUBECONFIG=${instance.path("kubeconfig")}`);
  }
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
