import type {TestProject} from "vitest/node";
import {prepareSchemas} from "./prepare.ts";
import {type Stack, startStack} from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stack: Stack;
    /** Which lanes each worker has, by its number from 0. */
    lanesByWorker: number[][];
  }
}

/** vitest's global set-up: the servers for the whole run, removed with their data afterwards. */
export default async function setup(project: TestProject) {
  const {maxWorkers: workers, maxConcurrency: lanes} = project.config;
  const {stack, stop} = await startStack(workers * lanes);
  await prepareSchemas(stack).catch(async (error) => {
    await stop();
    throw error;
  });
  project.provide("stack", stack);
  project.provide(
    "lanesByWorker",
    Array.from({length: workers}, (_, worker) => Array.from({length: lanes}, (_, lane) => worker * lanes + lane)),
  );
  return stop;
}
