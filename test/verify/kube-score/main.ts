import {spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {parseAllDocuments} from "yaml";
import {goTools} from "../../../cluster/images/programs.ts";
import {repository} from "../../../cluster/instance.ts";
import {planned, specs} from "../../unit/planned-pods.ts";
import {accepted} from "./accepted.ts";

/**
 * kube-score reads the plan of every example, and install.yaml. Each of its findings is mended, or in the list of what stays as it is; an entry
 * of that list without a finding is out of date.
 */
const FOLDER = "test/verify/kube-score";
const program = join(await goTools(FOLDER), "kube-score");

interface Finding {
  object: string;
  check: string;
  summary: string;
  container: string;
}

/** What it says of objects that are applied together. */
function findingsOf(objects: object[]): Finding[] {
  const input = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  const arguments_ = ["score", "--output-format", "json", "--kubernetes-version", "v1.34", "-"];
  const {stdout, stderr} = spawnSync(program, arguments_, {input, encoding: "utf8", maxBuffer: 2 ** 28});
  if (!stdout.startsWith("[")) throw new Error(`kube-score: ${stderr || stdout}`);
  const seen: any[] = JSON.parse(stdout);
  return seen.flatMap(({type_meta: {kind}, object_meta: {name}, checks}) =>
    checks
      .filter(({skipped, grade}: any) => !skipped && grade < 10)
      .flatMap(({check, comments}: any) =>
        comments.map(({summary, path}: any) => ({
          object: `${kind} ${name}`,
          check: check.id,
          summary,
          container: path,
        })),
      ),
  );
}

const used = new Set<object>();
const open: string[] = [];
let objects = 0;

function judge(where: string, all: object[], spec?: object): void {
  objects += all.length;
  for (const {object, check, summary, container} of findingsOf(all)) {
    const entry = accepted.find(
      (one) =>
        one.check === check &&
        (one.summary ?? summary) === summary &&
        one.objects.test(object) &&
        (!spec || (one.holds?.(spec) ?? true)),
    );
    if (entry) used.add(entry);
    else open.push(`${where}: ${object}${container ? ` (${container})` : ""}: ${summary} [${check}]`);
  }
}

for (const [name, spec] of specs) {
  judge(
    name,
    planned(spec).flatMap((component) => component.objects),
    spec,
  );
}
const install = readFileSync(join(repository, "install.yaml"), "utf8");
judge(
  "install.yaml",
  parseAllDocuments(install).map((document) => document.toJS()),
);

for (const finding of open) console.error(`✗ ${finding}`);
const stale = accepted.filter((entry) => !used.has(entry));
for (const {check, objects: pattern} of stale)
  console.error(`✗ accepted.ts: ${check} of ${pattern} is named no more: remove the entry`);
if (open.length + stale.length > 0) process.exit(1);
console.log(
  `✓ kube-score: ${specs.length} plans and install.yaml, ${objects} objects, ${used.size} reasons for what stays`,
);
