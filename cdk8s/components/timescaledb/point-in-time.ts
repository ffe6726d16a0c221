import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import type {Backup} from "../../../api/components/backup.ts";
import {type BuildContext, containerResources, env, fromSecret} from "../../context.ts";
import {type BucketAuthority, bucketAuthority, bucketRegion, bucketUrl} from "../../s3.ts";
import {job, step} from "../../workload.ts";
import {type Access, type BackupPods, loadBy, PROGRAM, SWAP, schemaStep} from "./backup-pods.ts";
import {ALONE, COMPARE, drillVolume} from "./drill.ts";

const DATA = "/restore/data";

/**
 * A server of its own, from the bucket, up to the moment that TO or the base backup that FROM names, which answers when it has come there.
 * Without hot standby it takes no connection before it has come to that moment.
 */
const RECOVER = `set -o pipefail
if [ -n "\${FROM:-}" ]; then set -- --set="$FROM" --type=immediate --target-action=promote
elif [ -n "\${TO:-}" ]; then set -- --type=time --target="$TO" --target-action=promote
else set -- --type=default; fi
mkdir -m 0700 ${DATA}
pgbackrest restore "$@"
died() { grep -E 'FATAL|HINT' /restore/log | grep -v 'not accepting connections' >&2; exit 1; }
pg_ctl start --silent --pgdata ${DATA} --log /restore/log --options "-c hot_standby=off -c archive_mode=off ${ALONE}" || died
trap "pg_ctl stop --silent --mode immediate --pgdata ${DATA} 2> /dev/null" EXIT
until pg_isready --quiet --host /tmp; do
  pg_ctl status --pgdata ${DATA} > /dev/null || died
  sleep 1
done`;

const LOAD = `${RECOVER}
${loadBy((into) => `PGHOST=/tmp pg_dump --format=custom --compress=0 --no-owner | ${into}`)}`;

const TRY = `${RECOVER}
restored() { PGHOST=/tmp "$@"; }
${COMPARE}`;

/** The access of the server and of a restore to the archive in the bucket: pgBackRest's settings, and the files that they name. */
interface Archive {
  env: k8s.EnvVar[];
  authority: BucketAuthority;
}

/** The archive that a pipeline's spec asks for, if it does. */
export function archiveOf({name, namespace, spec}: BuildContext): Archive | undefined {
  const {method, s3} = spec.timescaledb.backup ?? {};
  if (method !== "PointInTime" || !s3) return undefined;
  const {hostname, port} = new URL(bucketUrl(s3));
  const authority = bucketAuthority(s3);
  const prefix = (s3.prefix ?? `${namespace}/${name}`).replaceAll(/^\/+|\/+$/g, "");
  const settings = {
    STANZA: "telemetry",
    PG1_SOCKET_PATH: "/tmp",
    PG1_USER: "telemetry",
    REPO1_TYPE: "s3",
    REPO1_PATH: `/${prefix}/pgbackrest`,
    REPO1_S3_BUCKET: s3.bucket,
    REPO1_S3_REGION: bucketRegion(s3),
    REPO1_S3_ENDPOINT: hostname,
    ...(port ? {REPO1_STORAGE_PORT: port} : {}),
    // Servers of one's own have no name for each bucket.
    ...(s3.endpoint ? {REPO1_S3_URI_STYLE: "path"} : {}),
    ...(authority.file ? {REPO1_STORAGE_CA_FILE: authority.file} : {}),
    // Small files together, and several segments at a time.
    REPO1_BUNDLE: "y",
    ARCHIVE_ASYNC: "y",
    PROCESS_MAX: "2",
    COMPRESS_TYPE: "zst",
    SPOOL_PATH: "/tmp/pgbackrest",
    LOCK_PATH: "/tmp/pgbackrest-lock",
    LOG_LEVEL_FILE: "off",
    LOG_TIMESTAMP: "n",
  };
  const named = Object.entries(settings).map(([key, value]) => [`PGBACKREST_${key}`, value]);
  return {
    env: [
      ...env(Object.fromEntries(named)),
      fromSecret("PGBACKREST_REPO1_S3_KEY", s3.secret, "accessKeyId"),
      fromSecret("PGBACKREST_REPO1_S3_KEY_SECRET", s3.secret, "secretAccessKey"),
    ],
    authority,
  };
}

/** Base backups and log by pgBackRest, which the server runs, being where its files are; a Job begins the archive before anything else is done. */
export function pointInTime(chart: Chart, context: BuildContext, {keep}: Backup, access: Access): BackupPods {
  const {images, spec} = context;
  const {env: settings, authority} = archiveOf(context)!;
  const program = (task: string, more: Record<string, string | number> = {}): k8s.Container => ({
    ...step(task, images.workloads),
    args: ["workloads/backup/main.ts", task],
    env: [...access.client, ...env(more)],
    resources: containerResources(context, PROGRAM),
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
  });
  job(chart, context, {
    name: `${context.name}-timescaledb-archive`,
    command: ["workloads/backup/main.ts", "archive"],
    // Another bucket is another Job.
    env: [...access.client, ...env({ARCHIVE: archiveName(settings)})],
    sizing: PROGRAM,
    options: spec.timescaledb.pod,
  });
  const load: k8s.Container = {
    ...step("load", images.timescaledb),
    command: ["bash", "-ec", LOAD],
    env: [...access.client, ...settings, ...env({PGBACKREST_PG1_PATH: DATA})],
    resources: containerResources(context, spec.timescaledb.sizing, spec.timescaledb.pod),
    volumeMounts: [{name: "restore", mountPath: "/restore"}, {name: "tmp", mountPath: "/tmp"}, ...authority.mounts],
  };
  const swap: k8s.Container = {
    ...step("restore", images.timescaledb),
    command: ["sh", "-ec", SWAP],
    env: access.client,
    resources: containerResources(context, PROGRAM),
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
  };
  const drill: k8s.Container = {...load, name: "drill", command: ["bash", "-ec", TRY]};
  const tmp: k8s.Volume = {name: "tmp", emptyDir: {}};
  const volumes = [tmp, drillVolume(context), ...authority.volumes];
  return {
    backup: {containers: [program("base", {KEEP: keep})], volumes: [tmp]},
    restore: {
      initContainers: [program("flush"), load, schemaStep(context, access.schema)],
      containers: [swap],
      volumes,
    },
    drill: {initContainers: [program("flush")], containers: [drill], volumes},
  };
}

const archiveName = (settings: k8s.EnvVar[]): string =>
  settings
    .filter(({name}) => /_(REPO1_PATH|REPO1_S3_BUCKET|REPO1_S3_ENDPOINT)$/.test(name))
    .map(({value}) => value)
    .join(" ");
