import {existsSync} from "node:fs";
import {join} from "node:path";
import {binDir, build} from "../cluster/binary.ts";
import {buildImages} from "../cluster/images/build.ts";
import {archiveOf, images} from "../cluster/images/catalog.ts";
import {type Instance, repository} from "../cluster/instance.ts";
import {kubectl, start} from "../cluster/lifecycle.ts";
import {load} from "../cluster/load.ts";
import {installPlatform} from "../cluster/up.ts";

/** How long `make up` takes, by part, and what the platform then needs of memory. */
export async function startUp(instance: Instance): Promise<void> {
  const lines: string[] = [];
  async function timed(title: string, work: () => Promise<unknown>) {
    const began = performance.now();
    await work();
    lines.push(`${title.padEnd(58)} ${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s`);
  }
  const cached = (paths: string[]) => (paths.every((path) => existsSync(path)) ? " (was built)" : "");
  await timed(`Kubernetes binary${cached([join(binDir(), "kube")])}`, build);
  const archives = images.map(archiveOf);
  await timed(`images${cached(archives)}`, buildImages);
  await timed("cluster: nothing to node Ready", () => start(instance));
  await timed("images loaded into the node", () => load(instance, archives));
  await timed("definitions and operator", () => installPlatform(instance));
  await timed("pipeline applied to first row readable in both stores", async () => {
    await kubectl(instance, ["apply", "-f", join(repository, "examples", "minimal.yaml")]);
    await kubectl(instance, ["wait", "--for=condition=Ready", "tp/fleet", "--timeout=300s"]);
  });
  console.log(`\nstart-up\n${lines.join("\n")}\n\nmemory (working set)`);
  const {pods} = JSON.parse(await kubectl(instance, ["get", "--raw", "/api/v1/nodes/node/proxy/stats/summary"]));
  for (const {podRef, memory} of pods.sort((a: any, b: any) => b.memory.workingSetBytes - a.memory.workingSetBytes)) {
    console.log(`${podRef.name.padEnd(58)} ${(memory.workingSetBytes / 2 ** 20).toFixed(0).padStart(7)} MiB`);
  }
}
