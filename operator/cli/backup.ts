import {backupName, restoreName} from "../../cdk8s/components/timescaledb/backup-pods.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {Connection} from "./connection.ts";
import {type Findings, table} from "./output.ts";

const POLL_MS = 1_000;
const LIMIT_MS = 6 * 3_600_000;
/** The task that lists the backups, by the one that makes one. */
const LISTING: Record<string, string> = {keep: "list", base: "bases"};

export type Task = "backup" | "restore" | "list";

/** The source of a restore: a backup by its name, or a moment; by default the newest there is. */
export interface Source {
  from?: string | undefined;
  to?: string | undefined;
}

/** Runs a Job that is made from one of the pipeline's CronJobs for backups, and returns the answers of its containers. */
export async function backup(
  {client, namespace}: Pick<Connection, "client" | "namespace">,
  pipeline: string,
  task: Task,
  source: Source = {},
): Promise<Findings> {
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
  return runJob({client, namespace}, jobOf(cronJob, task, source, {name, namespace}));
}

/** Runs a Job to its end, and returns the answers of its containers. */
export async function runJob(
  {client, namespace}: Pick<Connection, "client" | "namespace">,
  job: KubeObject,
): Promise<Findings> {
  const {name} = job.metadata;
  await client.create(builtin.job, job);
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
    const status = (await client.get(builtin.job, {namespace, name}))?.status ?? {};
    const failed = status.conditions?.some(({type, status: is}: any) => type === "Failed" && is === "True");
    if (status.succeeded || failed) {
      const {items} = await client.list(builtin.pod, {namespace, labelSelector: `job-name=${name}`});
      return findingsOf(items.flatMap(answersOf), Boolean(status.succeeded), `${namespace} job/${name}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Job ${name} has not ended: see kubectl describe job -n ${namespace} ${name}`);
}

/** The answers of a Job's containers; a list of backups becomes a table. */
export function findingsOf(answers: string[], ok: boolean, job: string): Findings {
  const data = answers.map(parsed);
  if (data.length > 0 && data.every(Array.isArray)) {
    const backups = data.flat().map(({name, bytes}) => [name, String(bytes)]);
    if (backups.length === 0) return {text: "", data, empty: "no backups", ok};
    return {text: table([["NAME", "BYTES"], ...backups]), data, ok};
  }
  return {text: answers.join("\n") || `see: kubectl logs -n ${job} --all-containers`, data, ok};
}

/** A Job of the CronJob, for one task: tried once, since a user waits for it, and removed after a day. */
export function jobOf(
  cronJob: KubeObject,
  task: Task,
  source: Source,
  metadata: {name: string; namespace: string},
): KubeObject {
  const spec = structuredClone(cronJob.spec.jobTemplate.spec);
  const pod = spec.template.spec;
  if (task === "list") {
    const [{args}] = pod.containers;
    Object.assign(pod, {initContainers: []});
    Object.assign(pod.containers[0], {args: [args[0], LISTING[args[1]]]});
  }
  if (task === "restore") {
    const env = sourceEnv(cronJob, source);
    for (const container of [...pod.initContainers, ...pod.containers]) container.env = [...container.env, ...env];
  }
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {...spec, backoffLimit: 0, ttlSecondsAfterFinished: 86_400},
  };
}

/** FROM and TO for the containers. @throws Error if this kind of backup cannot restore that moment */
function sourceEnv(cronJob: KubeObject, {from, to}: Source): {name: string; value: string}[] {
  if (from && to) throw new Error("restore takes --from or --to, not both");
  if (from) return [{name: "FROM", value: from}];
  if (!to) return [];
  const flushes = cronJob.spec.jobTemplate.spec.template.spec.initContainers[0].name === "flush";
  if (!flushes) throw new Error("--to needs spec.timescaledb.backup.method PointInTime; choose a dump with --from");
  const time = /(Z|[+-]\d\d:\d\d)$/.test(to) ? Date.parse(to) : Number.NaN;
  if (Number.isNaN(time)) throw new Error(`--to is "${to}": write a time with its zone, such as 2026-11-26T08:30:00Z`);
  if (time > Date.now()) throw new Error(`--to ${to} is in the future`);
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
