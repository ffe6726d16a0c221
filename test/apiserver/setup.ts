import type {TestProject} from "vitest/node";
import {build} from "../../cluster/binary.ts";
import {type Instance, openInstance} from "../../cluster/instance.ts";
import {stop} from "../../cluster/lifecycle.ts";
import {preflight} from "../../cluster/preflight.ts";
import {helmBinary} from "../helm.ts";

/** The control plane of one of vitest's workers: a real apiserver, etcd and controller-manager, no node. */
export const controlPlane = (worker: number): Promise<Instance> => openInstance(`api-${worker}`, "control-plane");

/** Ends the control planes of all workers, and removes their data. */
export async function purgeControlPlanes({config}: TestProject): Promise<void> {
  const workers = Array.from({length: config.maxWorkers}, (_, index) => index + 1);
  await Promise.all(workers.map(async (worker) => stop(await controlPlane(worker), {purge: true})));
}

/**
 * vitest's global set-up: what all files need, and the end of the control planes. Each worker starts its own (cluster.ts) when it needs one:
 * vitest sets all projects up before it runs the first, and an idle control plane would slow the others down.
 */
export default async function setup(project: TestProject) {
  // A run that was killed may have left some behind.
  await purgeControlPlanes(project);
  await preflight();
  await build();
  await helmBinary();
  return () => purgeControlPlanes(project);
}
