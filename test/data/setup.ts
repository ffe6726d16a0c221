import type {TestProject} from "vitest/node";
import {prepareSchemas} from "./prepare.ts";
import {type Stack, startStack} from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stack: Stack;
  }
}

/** vitest's global set-up: the servers for the whole run, removed with their data afterwards. */
export default async function setup(project: TestProject) {
  const {stack, stop} = await startStack();
  await prepareSchemas(stack).catch(async (error) => {
    await stop();
    throw error;
  });
  project.provide("stack", stack);
  return stop;
}
