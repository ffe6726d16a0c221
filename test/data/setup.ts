import type {TestProject} from "vitest/node";
import {lend} from "./lend.ts";
import {prepareSchemas} from "./prepare.ts";
import {startStack, unpackImages} from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the servers are borrowed (shared.ts). */
    stackPort: number;
    /** Which lanes each worker has, by its number from 0. */
    lanesByWorker: number[][];
  }
}

/** vitest's global set-up: the servers for the whole run, removed with their data afterwards. */
export default async function setup(project: TestProject) {
  const {maxWorkers: workers, maxConcurrency: lanes} = project.config;
  await unpackImages();
  const {port, close} = await lend(async () => {
    const {stack, stop} = await startStack(workers * lanes);
    await prepareSchemas(stack).catch(async (error) => {
      await stop();
      throw error;
    });
    return {value: stack, stop};
  });
  project.provide("stackPort", port);
  project.provide(
    "lanesByWorker",
    Array.from({length: workers}, (_, worker) => Array.from({length: lanes}, (_, lane) => worker * lanes + lane)),
  );
  return close;
}
