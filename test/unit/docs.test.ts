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

const docs = readdirSync(join(root, "docs"), {recursive: true, encoding: "utf8"}).filter((file) =>
  file.endsWith(".md"),
);
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...docs.map((file) => join("docs", file)),
  ...["operator", "stack"].map((name) => `charts/telemetry-${name}/README.md`),
];
const read = (page: string) => readFileSync(join(root, page), "utf8");

/** The anchors that a reader's browser has for the headings of a page. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.replaceAll(/^```.*?^```/gms, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );

test("every link of the docs leads to a file and a heading, and every page is reachable from the index", () => {
  const linked = new Set<string>();
  const broken: string[] = [];
  for (const page of pages) {
    const prose = read(page).replaceAll(/`[^`\n]*`/g, "");
    for (const [, target, anchor] of prose.matchAll(/\]\(([^)#]*?)(?:#([^)]*))?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const path = target ? join(dirname(page), target) : page;
      if (target) linked.add(path);
      const there = existsSync(join(root, path));
      if (!there || (anchor && !anchorsOf(read(path)).includes(anchor)))
        broken.push(`${page}: ${target}#${anchor ?? ""}`);
    }
  }
  expect(broken).toEqual([]);
  const lost = pages.filter((page) => page !== "README.md" && !linked.has(relative(root, join(root, page))));
  expect(lost).toEqual([]);
});

test("docs that messages of the code name are there, heading included", () => {
  const sources = ["api", "operator", "cdk8s", "workloads", "cluster"].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: "utf8"})
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const named = sources.flatMap((file) => read(file).match(/docs\/[a-z/-]+\.md(#[a-z-]+)?/g) ?? []);
  const broken = [...new Set(named)].filter((target) => {
    const [path, anchor] = target.split("#");
    return !existsSync(join(root, path!)) || (anchor && !anchorsOf(read(path!)).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test("docs/labels.md lists every label, annotation and finalizer of ours, and no other", () => {
  const sources = ["api", "operator", "cdk8s"].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: "utf8"})
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(folder, file)),
  );
  const keysIn = (text: string) => text.match(/(?<![\w.])telemetry\.dev\/(?!v1)[a-z-]+/g) ?? [];
  const used = new Set(sources.flatMap((file) => keysIn(read(file))));
  expect([...new Set(keysIn(read("docs/labels.md")))].sort()).toEqual([...used].sort());
});
