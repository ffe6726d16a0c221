import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {Found} from "./output.ts";

const EVERY_MS = 1_000;
const LIMIT_MS = 6 * 3_600_000;

/**
 * What restores a dump, beside the live database: only when all of it is there do the two change names, so a dump that is
 * broken costs nothing. The database that was there stays under another name.
 */
export const RESTORE = `new="$PGDATABASE"_restored
old="$PGDATABASE"_before_$(date -u +%Y%m%d%H%M%S)
run() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --output /dev/null "$@"; }
dropdb --if-exists "$new"
createdb "$new"
run --dbname "$new" --command 'CREATE EXTENSION IF NOT EXISTS timescaledb'
run --dbname "$new" --command 'SELECT timescaledb_pre_restore()'
pg_restore --no-owner --exit-on-error --dbname "$new" /backups/.restore.dump
run --dbname "$new" --command 'SELECT timescaledb_post_restore()'
for database in "$PGDATABASE" "$new"; do
  run --dbname postgres --command "ALTER DATABASE \\"$database\\" WITH ALLOW_CONNECTIONS false"
  run --dbname postgres --command "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '$database'"
done
run --dbname postgres --command "ALTER DATABASE \\"$PGDATABASE\\" RENAME TO \\"$old\\""
run --dbname postgres --command "ALTER DATABASE \\"$new\\" RENAME TO \\"$PGDATABASE\\""
for database in "$PGDATABASE" "$old"; do
  run --dbname postgres --command "ALTER DATABASE \\"$database\\" WITH ALLOW_CONNECTIONS true"
done
echo "{\\"before\\":\\"$old\\"}" > /dev/termination-log`;

type Task = "backup" | "restore" | "list";

/** Runs a Job that is made from the pipeline's backup CronJob and returns what its containers answered. */
export async function backup(
  client: KubeClient,
  namespace: string,
  pipeline: string,
  task: Task,
  from?: string,
): Promise<Found> {
  const cronJob = await client.get(builtin.cronJob, {namespace, name: `${pipeline}-timescaledb-backup`});
  if (!cronJob) {
    throw new Error(
      `pipeline ${pipeline} has no backups in namespace ${namespace}: set spec.timescaledb.backup (docs/backup.md)`,
    );
  }
  const name = `${pipeline}-${task}-${Date.now().toString(36)}`;
  await client.create(builtin.job, jobOf(cronJob, task, from, {name, namespace}));
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

/** The CronJob's pod, for one task: the same images, credentials and volume. */
export function jobOf(
  cronJob: KubeObject,
  task: Task,
  from: string | undefined,
  metadata: {name: string; namespace: string},
): KubeObject {
  const {spec, metadata: template} = structuredClone(cronJob.spec.jobTemplate.spec.template);
  const [dump] = spec.initContainers;
  const [keep] = spec.containers;
  const program = (action: string) => ({...keep, args: ["workloads/backup/main.ts", action, ...(from ? [from] : [])]});
  if (task === "list") Object.assign(spec, {initContainers: [], containers: [program("list")]});
  if (task === "restore") {
    spec.initContainers = [{...program("fetch"), name: "fetch"}];
    spec.containers = [{...dump, name: "restore", command: ["sh", "-ec", RESTORE]}];
  }
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {backoffLimit: 0, ttlSecondsAfterFinished: 86_400, template: {metadata: template, spec}},
  };
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
