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
  docs: ["api", "cdk8s", "operator", "workloads", "cluster"],
  bench: ["api", "cdk8s", "operator", "workloads", "cluster", "test"],
  test: ["api", "cdk8s", "operator", "workloads", "cluster", "docs", "bench"],
};

const files = Object.keys(ARROWS)
  .filter((folder) => !folder.includes("/"))
  .flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: "utf8"}).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".ts") && (!file.startsWith("cdk8s/imports/") || file.endsWith("/generate.ts")))
  // Sources of a tree of their own (echo.test.ts).
  .filter((file) => !file.startsWith("test/unit/echo/"));
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const isTest = (file: string) => file.endsWith(".test.ts");

/** What a file imports or passes on of others: their paths, and the names, "*" for all. */
function importsOf(file: string, text: string): {target: string; names: string[]}[] {
  const target = (path: string) => relative(root, resolve(root, dirname(file), path));
  const named = [...text.matchAll(/(?:import|export)\s+(?:type\s+)?(\{[^}]*\}|\*[^"]*?)\s*from\s+"(\.[^"]+)"/g)];
  const whole = [...text.matchAll(/import\s*\(?\s*"(\.[^"]+)"/g)];
  return [
    ...named.map(([, names, path]) => ({
      target: target(path!),
      names: names!.startsWith("{") ? listed(names!) : ["*"],
    })),
    ...whole.map(([, path]) => ({target: target(path!), names: ["*"]})),
  ];
}

const listed = (braces: string): string[] =>
  braces
    .slice(1, -1)
    .split(",")
    .map(
      (name) =>
        name
          .trim()
          .replace(/^type\s+/, "")
          .split(/\s+as\s+/)[0]!,
    )
    .filter(Boolean);

const EXPORT = /^export\s+(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+(\w+)/gm;

test("imports point one way", () => {
  const wrong: string[] = [];
  for (const [file, text] of texts) {
    const home = Object.keys(ARROWS)
      .filter((folder) => file.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (!home || (isTest(file) && home !== "api")) continue;
    const allowed = [home, ...ARROWS[home]!].map((folder) => `${folder}/`);
    for (const {target} of importsOf(file, text))
      if (!allowed.some((folder) => target.startsWith(folder))) wrong.push(`${file} → ${target}`);
  }
  expect(wrong).toEqual([]);
});

test("no source file is longer than 400 lines", () => {
  const long = files.filter((file) => texts.get(file)!.trimEnd().split("\n").length > 400);
  expect(long).toEqual([]);
});

/** Modules that keep something for the whole process, and why; programs (main.ts, run.ts) keep what their one run needs. */
const PROCESS_WIDE: Record<string, string> = {
  "workloads/lib/stop.ts": "a process hears its signals once",
  "workloads/lib/kafkajs-fetch.ts": "kafkajs's decoders are one for all its clients",
  "workloads/lib/kafkajs-ahead.ts": "kafkajs's members of groups are one class for all its clients",
  "workloads/ingester/commits.ts": "kafkajs's brokers are one class for all its clients",
  "api/event/compile.ts": "an empty list that nobody fills, for speed alone",
  "api/event/events.ts": "an empty list that nobody fills, for speed alone",
  "api/event/time.ts": "the last day that was read, for speed alone",
  "workloads/console/page/theme.ts": "colours of the style sheet, for speed alone",
};

test("no module keeps variables: what is remembered is passed in", () => {
  const VARIABLE = /^(export )?let |^(export )?const \w+(: [^=]+)? = (new (Weak)?(Map|Set)(<.*>)?\(\)|\[\]|\{\});$/m;
  const keeps = files.filter(
    (file) =>
      /^(api|cdk8s|operator|workloads)\//.test(file) &&
      !/(\.test|\/main|\/run)\.ts$/.test(file) &&
      VARIABLE.test(texts.get(file)!),
  );
  expect(keeps.sort()).toEqual(Object.keys(PROCESS_WIDE).sort());
});

test("every export is imported somewhere", () => {
  const used = new Set<string>();
  for (const [file, text] of texts)
    for (const {target, names} of importsOf(file, text)) for (const name of names) used.add(`${target} ${name}`);
  const unused = [...texts]
    .filter(([file]) => !isTest(file))
    .flatMap(([file, text]) =>
      [...text.matchAll(EXPORT)]
        .map(([, name]) => name!)
        .filter((name) => !used.has(`${file} ${name}`) && !used.has(`${file} *`))
        .map((name) => `${file} ${name}`),
    );
  expect(unused).toEqual([]);
});
