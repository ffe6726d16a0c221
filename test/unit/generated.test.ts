import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {imports} from "../../cdk8s/imports/generate.ts";
import {pages} from "../../docs/generate.ts";
import {manifests} from "../../operator/manifests.ts";

const root = join(import.meta.dirname, "../..");
const generated: [target: string, path: string, text: string][] = [
  ...manifests().map(([path, text]): [string, string, string] => ["manifests", path, text]),
  ...imports().map(([file, text]): [string, string, string] => ["imports", `cdk8s/imports/${file}`, text]),
  ...(await pages()).map(([path, text]): [string, string, string] => ["docs", `docs/${path}`, text]),
];

test.each(generated)("make %s would not change %s", (_, path, text) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(text);
});
