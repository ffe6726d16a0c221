#!/usr/bin/env node
import {basename} from "node:path";
import {runProgram} from "../runtime/command-line/run.ts";
import {program} from "./program.ts";

/** The name by which it was started decides: of the program itself, of kubectl's plugin, or of the plugin's completion. */
const NAMES: Record<string, {name: string; words?: string[]}> = {
  "kubectl-telemetry": {name: "kubectl telemetry"},
  "kubectl_complete-telemetry": {name: "kubectl telemetry", words: ["__complete"]},
};
const {name, words = []} = NAMES[basename(process.argv[1]!)] ?? {name: "telemetry-operator"};

process.exitCode = await runProgram(program(name), [...words, ...process.argv.slice(2)]);
