import type {Reporter, TestModule} from "vitest/node";
import {table} from "../report/summary.ts";

/** A table that a person can send back: which promise held, and how long it took. */
export default class ContractReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.map((test) => {
      const {state} = test.result();
      return [test.name, (test.diagnostic()?.duration ?? 0) / 1_000, state === "pending" ? "not run" : state];
    });
    console.log(`\n${table(["promise", "seconds", "result"], rows)}`);
  }
}
