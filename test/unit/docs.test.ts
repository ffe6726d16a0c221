import {existsSync, readdirSync, readFileSync} from "node:fs";
import {dirname, join, relative} from "node:path";
import {expect, test} from "vitest";
import {commands, commandsIn} from "../docs/commands.ts";
import {proofOf, proofs} from "../docs/proofs.ts";

/** The documentation holds: each command is proven somewhere, each link leads somewhere. */
const root = join(import.meta.dirname, "../..");

test("every command in the docs has a proof in test/docs/proofs.ts", () => {
  const without = commands().filter(({text}) => !proofOf(text));
  expect(without.map(({page, text}) => `${page}: ${text}`)).toEqual([]);
});

test("every proof that is a test is there", () => {
  const files = proofs.flatMap(([, proof]) => ("test" in proof ? [proof.test] : []));
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("comments, other languages and output are no commands, here-documents are part of theirs", () => {
  const page =
    "```\nmake up   # starts\nNAME  READY\n```\n```yaml\nmake: x\n```\n```sh\nkubectl apply -f - <<END\na: b\nEND\n```\n";
  expect(commandsIn("p", page).map(({text}) => text)).toEqual(["make up", "kubectl apply -f - <<END\na: b\nEND"]);
});

test("every link of the docs leads to a file, and every page is reachable from the index", () => {
  const docs = readdirSync(join(root, "docs"), {recursive: true, encoding: "utf8"}).filter((file) =>
    file.endsWith(".md"),
  );
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...docs.map((file) => join("docs", file))];
  const linked = new Set<string>();
  const broken: string[] = [];
  for (const page of pages) {
    const prose = readFileSync(join(root, page), "utf8").replace(/`[^`\n]*`/g, "");
    for (const [, target] of prose.matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const path = join(dirname(page), target!);
      linked.add(path);
      if (!existsSync(join(root, path))) broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
  const lost = pages.filter((page) => page !== "README.md" && !linked.has(relative(root, join(root, page))));
  expect(lost).toEqual([]);
});
