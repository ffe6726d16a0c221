import {spawn} from "node:child_process";
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {repository} from "../../cluster/instance.ts";
import {run} from "../../cluster/shell.ts";
import {parts} from "./parts.ts";
import {type Row, readRows, withRows} from "./table.ts";

/** `make verify`: the long proofs, one after another; each part's row in docs/maturity.md says on which commit it ran last. PART=… runs one. */
const PAGE = join(repository, "docs", "maturity.md");
const wanted = process.argv[2];
if (wanted && !parts[wanted]) {
  console.error(`"${wanted}" is no part: name ${Object.keys(parts).join(", ")} or nothing`);
  process.exit(2);
}

const dirty = (await run("git", ["-C", repository, "status", "--porcelain", "--untracked-files=no"])).trim() !== "";
const commit = (await run("git", ["-C", repository, "rev-parse", "--short", "HEAD"])).trim() + (dirty ? "+" : "");
const rows: Row[] = [];
for (const [part, {command}] of Object.entries(parts)) {
  if (wanted && part !== wanted) continue;
  console.log(`\n=== ${part}: ${command.join(" ")}`);
  const began = performance.now();
  const passed = await succeeds(command);
  rows.push({part, commit, seconds: Math.round((performance.now() - began) / 1_000), passed});
}
const page = readFileSync(PAGE, "utf8");
writeFileSync(PAGE, withRows(page, rows));
for (const {part, seconds, passed} of rows) console.log(`${passed ? "✓" : "✗"} ${part.padEnd(16)} ${seconds} s`);
const known = readRows(page).length;
console.log(`docs/maturity.md: ${rows.length} rows are new, of ${Math.max(known, rows.length)}`);
process.exit(rows.every(({passed}) => passed) ? 0 : 1);

/** Its output is shown as it comes; whatever it starts ends with it. */
function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  const env = {...process.env, PATH: `${join(repository, "node_modules", ".bin")}:${process.env.PATH}`};
  const child = spawn(program!, args, {cwd: repository, env, stdio: ["ignore", "inherit", "inherit"]});
  return new Promise((done) => {
    child.once("error", () => done(false)).once("exit", (code) => done(code === 0));
  });
}
