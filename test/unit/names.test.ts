import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {components} from "../../operator/components/all.ts";

/** A component says everything about itself in its own files: what all have in common knows none by name. */
const root = join(import.meta.dirname, "../..");
const COMMON = ["operator/reconcile", "operator/cli", "operator/cli/commands", "cdk8s"];

/** What a component is for is a command of its own. */
const OWN_COMMANDS: Record<string, string> = {
  "operator/cli/alert-receiver.ts": "alerts and notifications are in the receiver",
  "operator/cli/backup.ts": "only TimescaleDB has backups",
  "operator/cli/commands/restore.ts": "of the stores two can be restored",
  "operator/cli/sql.ts": "SQL for people is the lake's and the warehouse's",
  "operator/cli/commands/sql.ts": "SQL for people is the lake's and the warehouse's",
  "operator/cli/commands/audit.ts": "beside the stores the warehouse is audited",
  "operator/cli/commands/erase.ts": "erasure is the lake's",
  "operator/cli/maintenance.ts": "the lake's Jobs",
  "operator/cli/commands/models.ts": "models are those of predictions",
  "operator/cli/workflows.ts": "runs are Airflow's",
  "operator/cli/commands/workflows.ts": "runs are Airflow's",
};

/** Words of other things: a global, groups of kinds, a namespace, an option of the installation. */
const OTHERS =
  /\bconsole\.(log|error|warn)\b|(grafana\.integreatly|monitoring\.coreos)\.(org|com)|namespace \\`monitoring|grafanaOperator/g;

const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replace(OTHERS, "");

const files = COMMON.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join(folder, file)),
).filter((file) => !(file in OWN_COMMANDS));

test.each(files)("%s names no component", (file) => {
  const names = new Set(
    components.flatMap(({name}) => [name, name.replace(/-./g, ([, letter]) => letter!.toUpperCase())]),
  );
  // One for each store.
  names.add("ingester");
  const named = new RegExp(`(?<![\\w/.-])(${[...names].join("|")})(?![\\w-]|\\.ts)`, "g");
  expect(code(readFileSync(join(root, file), "utf8")).match(named) ?? []).toEqual([]);
});
