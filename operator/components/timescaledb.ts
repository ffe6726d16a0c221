import {chunksOf, MOST_CHUNKS} from "../../api/components/timescaledb.ts";
import {cronFault} from "../../api/cron.ts";
import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {bucketSecrets} from "../../api/s3.ts";
import {timescaledb as manifests} from "../../cdk8s/components/timescaledb/manifests.ts";
import {allReady, type Component, externalSecrets, jobDone, neverLess, replicasReady} from "./component.ts";
import {sameStorageClass} from "./storage-class.ts";

export const timescaledb: Component = {
  ...manifests,
  dependsOn: [],
  version: ({timescaledb}) => (timescaledb.external ? undefined : "17-2.19"),
  secrets: ({timescaledb: {external, backup}}) => [
    ...externalSecrets("timescaledb", external, [
      ...["username", "password", "database or dbname"],
      ...(external?.host ? [] : ["host"]),
    ]),
    ...bucketSecrets("spec.timescaledb.backup.s3", backup?.s3),
  ],
  claims: ({timescaledb: {backup}}) =>
    backup?.claim ? [{field: "spec.timescaledb.backup.claim", name: backup.claim}] : [],
  readiness: (live) => allReady(live, {StatefulSet: replicasReady, Job: jobDone}),
  validate(pairs, {timescaledb: {backup, chunkInterval, retention, storageClass}}) {
    const chunks = chunksOf({chunkInterval, retention});
    if (chunks > MOST_CHUNKS)
      throw new TelemetryError(
        "TooManyChunks",
        `spec.timescaledb.retention: ${retention} is ${chunks} times spec.timescaledb.chunkInterval (${chunkInterval}), and at most ${MOST_CHUNKS} chunks have been tested; raise chunkInterval or shorten retention`,
      );
    for (const field of ["schedule", "drill"] as const) {
      const fault = backup?.[field] && cronFault(backup[field]);
      if (!fault) continue;
      const fix = `use minute, hour, day of month, month and weekday, for example "30 2 * * *"`;
      throw new TelemetryError("InvalidSchedule", `spec.timescaledb.backup.${field}: ${fault}; ${fix}`);
    }
    const claim = (set: any) => set.spec.volumeClaimTemplates[0].spec;
    const size = (set: any): string => claim(set).resources.requests.storage;
    neverLess(pairs, "StatefulSet", "spec.timescaledb.storage", "volumes cannot shrink", size, bytesOf);
    const classOf = (set: any): string => claim(set).storageClassName;
    sameStorageClass(pairs, "StatefulSet", "spec.timescaledb.storageClass", storageClass, classOf);
  },
};
