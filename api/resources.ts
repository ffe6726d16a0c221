import type {PodOptions} from "./pod.ts";
import {bytesOf, bytesText, coresOf, cpuText} from "./quantities.ts";

/** What a profile gives a container. A type, as the next one, that may stand for a map of upstream's kinds. */
export type Sizing = {cpu: string; memory: string};

/** Storage of the node; without one a container has neither a request nor a limit of it. */
export interface NodeStorage {
  request: string;
  limit: string;
}

type Amounts = {cpu?: string; memory: string; "ephemeral-storage"?: string};

export interface Resources {
  requests: Amounts & Sizing;
  limits: Amounts;
}

/**
 * What a container requests and may use: by the spec, and for what that leaves out by its profile. Memory that is given for one of the two
 * stands for both, and a request never exceeds its limit.
 */
export function resourcesOf({cpu, memory}: Sizing, pod?: PodOptions, storage?: NodeStorage): Resources {
  const {requests = {}, limits = {}} = pod?.resources ?? {};
  const maxCpu = limits.cpu && cpuText(limits.cpu);
  const leastCpu = maxCpu && coresOf(maxCpu) < coresOf(cpu) ? maxCpu : cpu;
  const {request, limit} = storageOf(storage, requests["ephemeral-storage"], limits["ephemeral-storage"]);
  return {
    requests: {
      cpu: requests.cpu ? cpuText(requests.cpu) : leastCpu,
      memory: bytesText(requests.memory ?? limits.memory ?? memory),
      ...(request ? {"ephemeral-storage": bytesText(request)} : {}),
    },
    limits: {
      ...(maxCpu ? {cpu: maxCpu} : {}),
      memory: bytesText(limits.memory ?? requests.memory ?? memory),
      ...(limit ? {"ephemeral-storage": bytesText(limit)} : {}),
    },
  };
}

function storageOf(storage: NodeStorage | undefined, request?: string, limit?: string): Partial<NodeStorage> {
  const larger = request && storage && bytesOf(request) > bytesOf(storage.limit) ? request : storage?.limit;
  const most = limit ?? larger;
  const smaller = most && storage && bytesOf(most) < bytesOf(storage.request) ? most : storage?.request;
  return {request: request ?? smaller, limit: most} as Partial<NodeStorage>;
}

/** With a larger heap the JVM no longer compresses its pointers, and has room for fewer objects. */
const MAX_HEAP_MIB = 31 * 1_024;

/** The heap of a JVM: as large a share of its memory as the profile gives it. */
export function heapMiBOf(sizing: Sizing & {heapMiB: number}, pod?: PodOptions): number {
  const memory = bytesOf(resourcesOf(sizing, pod).limits.memory);
  return Math.min(MAX_HEAP_MIB, Math.floor((memory * sizing.heapMiB) / bytesOf(sizing.memory)));
}
