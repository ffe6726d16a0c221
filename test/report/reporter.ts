import {existsSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {join, relative} from "node:path";
import type {SerializedError, TestError} from "vitest";
import type {Reporter, TestCase, TestModule, TestSuite} from "vitest/node";
import {buildDir} from "../../cluster/images/catalog.ts";
import {repository} from "../../cluster/instance.ts";
import {type Failure, type FileRun, failureLines, timeTables, totals} from "./summary.ts";

declare module "vitest" {
  interface TaskMeta {
    /** State of the cluster when the test failed (test/e2e/diagnosis.ts). */
    diagnosis?: string;
  }
}

/** Prints where the time went and what failed, after vitest's own summary; `.ci/run` repeats the closing part from the file. */
export default class RunReport implements Reporter {
  readonly #begun = performance.now();
  readonly #intervals = new Map<string, {from: number; to: number}>();

  #seconds() {
    return (performance.now() - this.#begun) / 1_000;
  }

  onTestModuleStart(module: TestModule) {
    this.#intervals.set(module.id, {from: this.#seconds(), to: this.#seconds()});
  }

  onTestModuleEnd(module: TestModule) {
    const interval = this.#intervals.get(module.id);
    if (interval) interval.to = this.#seconds();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    const counts = {passed: 0, skipped: 0};
    const failures: Failure[] = unhandled.map(({message, stack}) => ({
      name: "outside of any test",
      error: message || String(stack),
    }));
    for (const module of modules) {
      for (const part of [module, ...module.children.allSuites()]) failures.push(...failuresOf(part));
      for (const test of module.children.allTests()) {
        const {state, errors = []} = test.result();
        if (state === "passed") counts.passed++;
        // Without an error of its own it did not run: a hook before it failed, which is listed.
        else if (!errors[0]) counts.skipped++;
        else failures.push({name: nameOf(test), error: firstLineOf(errors[0]), diagnosis: test.meta().diagnosis});
      }
    }
    // A file that could not be loaded and a hook that failed count as well: no run is red with "0 failed".
    const closing = [...failureLines(failures), totals({...counts, failed: failures.length})].join("\n");
    mkdirSync(buildDir, {recursive: true});
    writeFileSync(closingFile, `${closing}\n`);
    const files = modules.flatMap((module) => this.#fileRun(module));
    rememberTimes(files);
    console.log(`\n${timeTables(files)}\n\n${closing}`);
  }

  #fileRun(module: TestModule): FileRun[] {
    const interval = this.#intervals.get(module.id);
    if (!interval) return [];
    const tests = [...module.children.allTests()].flatMap((test) => {
      const diagnostic = test.diagnostic();
      return diagnostic ? [{name: test.fullName, seconds: diagnostic.duration / 1_000}] : [];
    });
    return [{project: module.project.name, file: relative(repository, module.moduleId), ...interval, tests}];
  }
}

/** What `.ci/run` prints last. */
const closingFile = join(buildDir, "test-result.txt");

/** Seconds that each test file took when it ran last here: `make quick` chooses by them. */
export const timesFile = join(buildDir, "test-times.json");

function rememberTimes(files: readonly FileRun[]) {
  const times = existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, "utf8")) : {};
  for (const {file, from, to} of files) times[file] = Math.ceil(to - from);
  writeFileSync(timesFile, JSON.stringify(times, null, 1));
}

const nameOf = (test: TestCase) => `${relative(repository, test.module.moduleId)} > ${test.fullName}`;

/** The first line of an error, and where in this repository it came from. */
function firstLineOf({message, stacks = []}: TestError): string {
  const [line = ""] = message.trim().split("\n");
  const [own] = stacks.filter(({file}) => file.startsWith(repository) && !file.includes("node_modules"));
  return own ? `${line.slice(0, 300)} (${relative(repository, own.file)}:${own.line})` : line.slice(0, 300);
}

/** Of a file or suite: its hooks, and what kept it from being loaded. What a hook waited for in vain has the cluster's state in its message. */
function failuresOf(part: TestModule | TestSuite): Failure[] {
  const file = relative(repository, part.type === "module" ? part.moduleId : part.module.moduleId);
  const name = part.type === "module" ? file : `${file} > ${part.fullName}`;
  return part.errors().map((error) => {
    const [, ...more] = error.message.split("\n");
    return {name, error: firstLineOf(error), diagnosis: more.join("\n")};
  });
}
