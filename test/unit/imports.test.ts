import {readdirSync, readFileSync} from "node:fs";
import {dirname, join, relative, resolve} from "node:path";
import {expect, test} from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** What each folder may import besides itself and packages; the longest prefix decides. */
const ARROWS: Record<string, string[]> = {
  api: [],
  "operator/runtime": ["api"],
  "operator/components": ["api", "operator/runtime", "cdk8s"],
  "operator/reconcile": ["operator/components", "operator/runtime", "api", "cdk8s"],
  operator: ["cdk8s", "api"],
  cdk8s: ["api"],
  workloads: ["api"],
  cluster: ["operator/runtime", "api"],
};

const sources = Object.keys(ARROWS)
  .filter((folder) => !folder.includes("/"))
  .flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: "utf8"})
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(folder, file)),
  );

test("imports point one way", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    const home = Object.keys(ARROWS)
      .filter((folder) => file.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0]!;
    const text = readFileSync(join(root, file), "utf8");
    for (const [, target] of text.matchAll(/from "(\.[^"]+)"/g)) {
      const imported = relative(root, resolve(root, dirname(file), target!));
      if (![home, ...ARROWS[home]!].some((allowed) => imported.startsWith(allowed)))
        wrong.push(`${file} → ${imported}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("no source file is longer than 500 lines", () => {
  const long = sources.filter(
    (file) => !file.startsWith("cdk8s/imports/") && readFileSync(join(root, file), "utf8").split("\n").length > 500,
  );
  expect(long).toEqual([]);
});
