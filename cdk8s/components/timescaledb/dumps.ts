import type {k8s} from "cdk8s-plus-28";
import type {Backup} from "../../../api/components/backup.ts";
import {type BuildContext, containerResources, env} from "../../context.ts";
import {bucketAccess, bucketAuthority} from "../../s3.ts";
import {step} from "../../workload.ts";
import {type Access, type BackupPods, loadBy, SWAP, schemaStep} from "./backup-pods.ts";
import {DRILL, DRILL_FOLDER, drillVolume, loadDump} from "./drill.ts";

const FOLDER = "/backups";
export const DUMP = `pg_dump --format=custom --compress=6 --no-owner --file=${FOLDER}/.new.dump && pg_restore --list ${FOLDER}/.new.dump > /dev/null`;
export const LOAD = loadBy((into) => `${into} ${FOLDER}/.restore.dump`);

/** PostgreSQL's own tools write and read the dumps; a program of ours keeps, removes and fetches them. */
export function dumps(context: BuildContext, {keep, claim, s3}: Backup, access: Access): BackupPods {
  const {name, namespace, images} = context;
  const authority = bucketAuthority(s3);
  // Without a claim the dump is on the node; compressed, it is never larger than the database.
  const storage = claim ? undefined : {request: "1Gi", limit: context.spec.timescaledb.storage};
  const common = {
    resources: containerResources(context, {cpu: "50m", memory: "256Mi"}, undefined, storage),
    volumeMounts: [
      {name: "backups", mountPath: FOLDER},
      {name: "tmp", mountPath: "/tmp"},
    ],
  };
  const tool = (what: string, script: string): k8s.Container => ({
    ...step(what, images.timescaledb),
    ...common,
    command: ["sh", "-ec", script],
    env: access.client,
  });
  const program = (task: string, settings: Record<string, string | number>): k8s.Container => ({
    ...step(task, images.workloads),
    ...common,
    volumeMounts: [...common.volumeMounts, ...authority.mounts],
    args: ["workloads/backup/main.ts", task],
    env: [
      ...env({BACKUP_DIR: FOLDER, BACKUP_PREFIX: s3?.prefix ?? `${namespace}/${name}`, ...settings}),
      ...(s3
        ? [
            ...env({S3_BUCKET: s3.bucket, ...(s3.endpoint ? {S3_ENDPOINT: s3.endpoint} : {})}),
            ...bucketAccess(s3),
            ...env(authority.file ? {NODE_EXTRA_CA_CERTS: authority.file} : {}),
          ]
        : []),
    ],
  });
  const volumes: k8s.Volume[] = [
    {name: "tmp", emptyDir: {}},
    {name: "backups", ...(claim ? {persistentVolumeClaim: {claimName: claim}} : {emptyDir: {}})},
    ...authority.volumes,
  ];
  return {
    backup: {initContainers: [tool("dump", DUMP)], containers: [program("keep", {KEEP: keep})], volumes},
    restore: {
      initContainers: [program("fetch", {}), tool("load", LOAD), schemaStep(context, access.schema)],
      containers: [tool("restore", SWAP)],
      volumes,
    },
    drill: {
      initContainers: [program("fetch", {OPTIONAL: "true"})],
      containers: [
        {
          ...tool("drill", ""),
          command: ["bash", "-ec", loadDump(`${FOLDER}/.restore.dump`)],
          resources: containerResources(context, DRILL),
          volumeMounts: [...common.volumeMounts, {name: "restore", mountPath: DRILL_FOLDER}],
        },
      ],
      volumes: [...volumes, drillVolume(context)],
    },
  };
}
