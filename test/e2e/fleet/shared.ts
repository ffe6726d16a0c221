import {readFileSync} from "node:fs";
import {parse} from "yaml";
import {startCluster} from "../cluster.ts";
import {user} from "../steps.ts";

/** The pipeline of examples/minimal.yaml, which files of this folder share: the first brings it up, those that follow change it. */
export const fleet = user("default");

const minimal = parse(readFileSync("examples/minimal.yaml", "utf8")).spec as object;

/** The pipeline, Ready, with the example's spec and these fields, whatever it had before. */
export async function bringUp(spec: object = {}): Promise<void> {
  await startCluster();
  const wanted = {...minimal, ...spec};
  const replace = JSON.stringify([{op: "replace", path: "/spec", value: wanted}]);
  if (await fleet.k("get", "tp", "fleet", "--ignore-not-found")) {
    await fleet.k("patch", "tp", "fleet", "--type=json", "-p", replace);
  } else await fleet.apply("fleet", wanted);
  await fleet.untilReady("fleet");
}
