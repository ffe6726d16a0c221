import {backupName, restoreName} from "../../cdk8s/components/backup-pods.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {Found} from "./output.ts";

const EVERY_MS = 1_000;
const LIMIT_MS = 6 * 3_600_000;
/** The task that names the backups, by the one that makes one. */
const NAMING: Record<string, string> = {keep: "list", base: "bases"};

export type Task = "backup" | "restore" | "list";

/** What a restore is to bring back: a backup by its name or a moment; by default the newest there is. */
export interface Wanted {
  from?: string | undefined;
  to?: string | undefined;
}

/** Runs a Job that is made from one of the pipeline's CronJobs for backups and returns what its containers answered. */
export async function backup(
  client: KubeClient,
  namespace: string,
  pipeline: string,
  task: Task,
  wanted: Wanted = {},
): Promise<Found> {
  const cronJob = await client.get(builtin.cronJob, {
    namespace,
    name: task === "restore" ? restoreName(pipeline) : backupName(pipeline),
  });
  if (!cronJob) {
    throw new Error(
      `pipeline ${pipeline} has no backups in namespace ${namespace}: set spec.timescaledb.backup (docs/backup.md)`,
    );
  }
  const name = `${pipeline}-${task}-${Date.now().toString(36)}`;
  await client.create(builtin.job, jobOf(cronJob, task, wanted, {name, namespace}));
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
    const job = await client.get(builtin.job, {namespace, name});
    const status = job?.status ?? {};
    if (status.succeeded || status.conditions?.some(({type, status: is}: any) => type === "Failed" && is === "True")) {
      const {items} = await client.list(builtin.pod, {namespace, labelSelector: `job-name=${name}`});
      const answers = items.flatMap(answersOf);
      const text = answers.join("\n") || `see: kubectl logs -n ${namespace} job/${name} --all-containers`;
      return {text, data: answers.map(parsed), ok: Boolean(status.succeeded)};
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`Job ${name} has not ended: see kubectl describe job -n ${namespace} ${name}`);
}

/** A Job of the CronJob's, for one task: tried once, since somebody waits for it, and gone after a day. */
export function jobOf(
  cronJob: KubeObject,
  task: Task,
  wanted: Wanted,
  metadata: {name: string; namespace: string},
): KubeObject {
  const spec = structuredClone(cronJob.spec.jobTemplate.spec);
  const pod = spec.template.spec;
  if (task === "list") {
    const [{args}] = pod.containers;
    Object.assign(pod, {initContainers: []});
    Object.assign(pod.containers[0], {args: [args[0], NAMING[args[1]]]});
  }
  if (task === "restore") {
    const asked = targetOf(cronJob, wanted);
    for (const container of [...pod.initContainers, ...pod.containers]) container.env = [...container.env, ...asked];
  }
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {...spec, backoffLimit: 0, ttlSecondsAfterFinished: 86_400},
  };
}

/** FROM and TO for the containers. @throws Error if there is no such moment, or none that this kind of backup could restore */
function targetOf(cronJob: KubeObject, {from, to}: Wanted): {name: string; value: string}[] {
  if (from && to) throw new Error("restore takes either --from or --to");
  if (from) return [{name: "FROM", value: from}];
  if (!to) return [];
  const flushes = cronJob.spec.jobTemplate.spec.template.spec.initContainers[0].name === "flush";
  if (!flushes) throw new Error("--to needs spec.timescaledb.backup.method PointInTime; a dump is named by --from");
  const time = /(Z|[+-]\d\d:\d\d)$/.test(to) ? Date.parse(to) : Number.NaN;
  if (Number.isNaN(time)) throw new Error(`--to "${to}" is no time: write it as 2026-11-26T08:30:00Z`);
  if (time > Date.now()) throw new Error(`--to ${to} lies ahead: name a moment that has been`);
  // As pgBackRest and PostgreSQL both read it.
  return [{name: "TO", value: new Date(time).toISOString().replace("T", " ").replace("Z", "+00")}];
}

const answersOf = ({status = {}}: KubeObject): string[] =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(({name, state}: any) => {
    const {exitCode, message} = state?.terminated ?? {};
    if (message) return [message.trim()];
    return exitCode ? [`container ${name} ended with code ${exitCode}`] : [];
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
