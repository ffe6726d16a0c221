import {readdirSync} from "node:fs";
import {join} from "node:path";
import {buildImages} from "./images/build.ts";
import {type Instance, repository} from "./instance.ts";
import {kubectl, start} from "./lifecycle.ts";
import {load} from "./load.ts";
import {step} from "./shell.ts";

/** `make up`: everything from an empty machine to a cluster that knows the API and has the images. Each part is skipped when done. */
export async function up(instance: Instance): Promise<void> {
  await start(instance);
  await load(instance, await buildImages());
  await step("definitions applied", async () => {
    for (const file of definitions())
      await kubectl(instance, ["apply", "--server-side", "--force-conflicts", "-f", file]);
  });
}

function definitions(): string[] {
  return readdirSync(join(repository, "crds"), {recursive: true, encoding: "utf8"})
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => join(repository, "crds", file));
}
