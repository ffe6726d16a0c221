import type {k8s} from "cdk8s-plus-28";
import {containerSecurity} from "../../context.ts";

export const backupName = (name: string) => `${name}-timescaledb-backup`;
export const restoreName = (name: string) => `${name}-timescaledb-restore`;

/** The pods of one way to make backups: one makes and names them, the other restores the one that FROM or TO names. */
export interface BackupPods {
  backup: k8s.PodSpec;
  restore: k8s.PodSpec;
}

/** The common parts of the containers of both kinds of backup; their last words, when they fail, are the Job's answer. */
export const step = (
  name: string,
  image: string,
): Pick<k8s.Container, "name" | "image" | "securityContext" | "terminationMessagePolicy"> => ({
  name,
  image,
  securityContext: containerSecurity,
  terminationMessagePolicy: "FallbackToLogsOnError",
});

/**
 * The restore beside the live database, from the output that `source` pipes into pg_restore, or the file that it names: only when all of it is there do the two
 * change names, so a source that is broken costs nothing. The database that was there stays under another name.
 */
export const restoreBy = (source: (into: string) => string): string => `new="$PGDATABASE"_restored
old="$PGDATABASE"_before_$(date -u +%Y%m%d%H%M%S)
run() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --output /dev/null "$@"; }
dropdb --if-exists "$new"
createdb "$new"
run --dbname "$new" --command 'CREATE EXTENSION IF NOT EXISTS timescaledb'
run --dbname "$new" --command 'SELECT timescaledb_pre_restore()'
${source('pg_restore --no-owner --exit-on-error --dbname "$new"')}
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
