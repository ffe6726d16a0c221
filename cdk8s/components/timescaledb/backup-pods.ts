import type {k8s} from "cdk8s-plus-28";
import type {Sizing} from "../../../api/resources.ts";
import {type BuildContext, containerResources} from "../../context.ts";
import {step} from "../../workload.ts";

/** Of a program that asks the server to work. */
export const PROGRAM: Sizing = {cpu: "20m", memory: "128Mi"};

export const backupName = (name: string) => `${name}-timescaledb-backup`;
export const restoreName = (name: string) => `${name}-timescaledb-restore`;

/**
 * Brings what was loaded to the schema of the spec, before it is the live database: a backup may be older than a column, or than a version of the
 * operator.
 *
 * @param given the environment of the schema's Job
 */
export function schemaStep(context: BuildContext, given: k8s.EnvVar[]): k8s.Container {
  const [database, others] = [given.find(isDatabase)!, given.filter((one) => !isDatabase(one))];
  return {
    ...step("schema", context.images.workloads),
    args: ["workloads/schema/main.ts", "timescaledb"],
    env: [...others, {...database, name: "DATABASE"}, {name: "PGDATABASE", value: "$(DATABASE)_restored"}],
    resources: containerResources(context, PROGRAM),
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
  };
}

const isDatabase = ({name}: k8s.EnvVar) => name === "PGDATABASE";

/** The environments of what connects to the live server. */
export interface Access {
  client: k8s.EnvVar[];
  /** Of what sets up the schema. */
  schema: k8s.EnvVar[];
}

/** The pods of one way to make backups: one makes and names them, another restores the one that FROM or TO names, and the last tries that beside the live server. */
export interface BackupPods {
  backup: k8s.PodSpec;
  restore: k8s.PodSpec;
  drill: k8s.PodSpec;
}

const RUN = `new="$PGDATABASE"_restored
run() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --output /dev/null "$@"; }`;

/**
 * The restore beside the live database, from the output that `source` pipes into pg_restore, or the file that it names. Only when all of it is there
 * do the two change names, so a source that is broken costs nothing.
 */
export const loadBy = (source: (into: string) => string): string => `${RUN}
dropdb --if-exists "$new"
createdb "$new"
run --dbname "$new" --command 'CREATE EXTENSION IF NOT EXISTS timescaledb'
run --dbname "$new" --command 'SELECT timescaledb_pre_restore()'
${source('pg_restore --no-owner --exit-on-error --dbname "$new"')}
run --dbname "$new" --command 'SELECT timescaledb_post_restore()'`;

/** The database that was there stays under another name. */
export const SWAP = `${RUN}
old="$PGDATABASE"_before_$(date -u +%Y%m%d%H%M%S)
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
