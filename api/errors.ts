/** Every reason that a condition of a pipeline can carry, with what it means and what to do. docs/reference/reasons.md is generated from it. */
export const reasons = {
  Accepted: {meaning: "The spec can be carried out.", fix: ""},
  Applied: {meaning: "Every planned object that may exist by now is live as planned.", fix: ""},
  Ready: {meaning: "Every component is ready and rows can be read back from every store.", fix: ""},
  Monitored: {meaning: "Monitors and alert rules are there for the Prometheus operator.", fix: ""},
  NotMonitored: {
    meaning: "`spec.observability.monitoring.enabled` is false: Prometheus is told nothing of this pipeline.",
    fix: "Set `spec.observability.monitoring.enabled` to true.",
  },
  Routed: {meaning: "Alerts reach the receivers of `spec.observability.alerting.receivers`.", fix: ""},
  NoReceivers: {
    meaning: "Alerts fire and are kept, and nobody is told.",
    fix: "Name who is told in `spec.observability.alerting.receivers`.",
  },
  NotAlerting: {
    meaning: "`spec.observability.alerting.enabled` or `monitoring.enabled` is false: nobody is told of anything.",
    fix: "Set both to true.",
  },
  InvalidReceiver: {
    meaning: "A receiver of alerts cannot work as it is. The others are told, and the pipeline goes on.",
    fix: "Correct the field or the Secret that the message names.",
  },
  AsExpected: {meaning: "Nothing is degraded.", fix: ""},
  Paused: {
    meaning: "`spec.paused` is true: the operator reports and changes nothing.",
    fix: "Set `spec.paused` to false.",
  },
  Stopped: {meaning: "`spec.state` is Stopped: nothing runs, data is kept.", fix: "Set `spec.state` to Running."},
  Deleting: {meaning: "The pipeline is being taken down.", fix: "Wait; the message says for what."},
  ComponentNotReady: {
    meaning: "A component is not ready; the message names it and what it waits for.",
    fix: "Look at the object that the message names: `kubectl describe`.",
  },
  StoreTakesNoRows: {
    meaning:
      "A store is there and takes no rows. The message says why, by kind (unreachable, credentials, schema, disk-full, overloaded, other) and in the store's own words. Events wait in Kafka.",
    fix: "unreachable: look at the store's pod or the external server. credentials: the Secret's password is not the store's. schema: put back what was altered, which the schema Job's log names, or mend the trigger or constraint that refuses every row. disk-full: raise `spec.<store>.storage`, or shorten its retention. The ingester goes on by itself.",
  },
  HeldBackByTransaction: {
    meaning:
      "A sender began a transaction in Kafka and has not ended it for more than a minute. What came after it cannot be read by anybody; the message names partition and offset. Nothing is lost, and nothing arrives.",
    fix: "End or restart the sender. `kafka-transactions.sh find-hanging` and `abort` end a transaction whose sender is gone. More ingesters do not help.",
  },
  NothingExpired: {meaning: "In the last day no event expired in Kafka before it was read.", fix: ""},
  EventsExpired: {
    meaning:
      "Kafka dropped events by their age before a store had them: they are lost to it. The message counts them; it stays for a day after the last.",
    fix: "If the store is still behind, raise `spec.kafka.topic.retention` at once. Then look why it was: `telemetry-operator status`. `telemetry-operator audit` says what is missing.",
  },
  DeadLettersBlocked: {
    meaning:
      "An event that a store cannot hold has to go to the dead-letter topic, which cannot be written. The message has what keeps it from that and Kafka's own words. What is behind such an event waits in Kafka; the other events are in the store.",
    fix: "Do what the message says: make the topic, give the ingester the right to write to it, raise its `max.message.bytes`, or set its `cleanup.policy` to delete. The ingester goes on by itself.",
  },
  UnreadableBatch: {
    meaning:
      "A batch of events in Kafka cannot be read: its checksum is wrong, it is compressed with what is not known, or it unpacks to more than 64 MiB. Its partition waits there, so that nothing is skipped; the others go on.",
    fix: "The message names partition and offset. Restore the partition from another copy; or, to give the batch up, stop the pipeline and set the consumer group's offset behind it (`kafka-consumer-groups.sh --reset-offsets`).",
  },
  NoRowsYet: {
    meaning: "All components are ready but no row could be read back from a store.",
    fix: "Look at the log of that store's ingester; without vehicles of your own, set `spec.simulator.vehicles`.",
  },
  MissingCustomResourceDefinition: {
    meaning: "The cluster does not serve a kind that the pipeline needs.",
    fix: "Install the operator that brings it (Strimzi, K8ssandra, the Prometheus operator), or disable the component.",
  },
  MissingSecret: {
    meaning: "A Secret that a field of the spec names is not there, or lacks a key.",
    fix: "Make the Secret with the keys that the message names, in the pipeline's namespace.",
  },
  InvalidSecret: {
    meaning: "A Secret that a field of the spec names holds something that cannot work.",
    fix: "Put the content there that the message asks for.",
  },
  MissingClaim: {
    meaning: "A PersistentVolumeClaim that a field of the spec names is not there.",
    fix: "Make the claim in the pipeline's namespace; it outlives the pipeline, so it is yours.",
  },
  InvalidSchedule: {
    meaning: "`spec.timescaledb.backup.schedule` is none that cron knows.",
    fix: "Correct the field of it that the message names.",
  },
  TooManyChunks: {
    meaning:
      "TimescaleDB's retention holds more times its chunkInterval than have been tested: each chunk costs locks and planning.",
    fix: "Raise `spec.timescaledb.chunkInterval`, or shorten `retention`. Chunks that are there keep their interval.",
  },
  InvalidLabel: {
    meaning: "A name in `spec.observability.monitoring.labels` is none that a label can have.",
    fix: "Correct the name that the message shows.",
  },
  TtlTooLong: {
    meaning: "Rows would live beyond 2038-01-19, the last day that Cassandra knows: it would refuse every one of them.",
    fix: "Set `spec.cassandra.ttl` to the days that the message names, or less.",
  },
  CannotShrink: {
    meaning: "The spec, with the defaults of its profile, asks for less than what exists and cannot be taken back.",
    fix: "Set the field that the message names to the live value or more.",
  },
  InvalidStorageClass: {
    meaning:
      "Cassandra's volumes keep the StorageClass that they were made with, and cass-operator grows them only if the K8ssandraCluster names it.",
    fix: "Put back the field that the message names. For volumes without a named class: delete the pipeline with `deletionPolicy: Retain` and apply it again, which keeps the data and names the class.",
  },
  UpgradeRefused: {
    meaning: "The spec, with its defaults, asks for a version that cannot be reached from the one that runs.",
    fix: "Set the version that the message names, one tested step at a time; a way back leads over a new pipeline.",
  },
  TooManyIngesters: {
    meaning: "More ingester replicas than partitions: the rest would idle.",
    fix: "Lower the replicas or raise `spec.kafka.topic.partitions`.",
  },
  MissingConfigMap: {
    meaning: "The ConfigMap that `spec.flink.sql` names is not there, or lacks its key. The job goes on as it was.",
    fix: "Make the ConfigMap with the key that the message names, in the pipeline's namespace.",
  },
  InvalidFlinkSql: {
    meaning:
      "Flink's planner refuses the SQL of `spec.flink.sql`, or a statement is none that a job can have. The job goes on with the SQL before.",
    fix: "Correct the statement that the message names; the ConfigMap is read again within 5 s.",
  },
  NameTaken: {
    meaning: "An object with a name that the pipeline needs exists and belongs to someone else.",
    fix: "Rename the pipeline, or remove or rename that object. It was not touched.",
  },
  ApplyRefused: {
    meaning:
      "The API server refused an object: by an admission policy or a quota, or because a webhook that it has to ask is away. The other objects and components go on.",
    fix: "Read the message: it is the API server's own. The object is tried again, at first after a second, at last every half a minute.",
  },
} satisfies Record<string, {meaning: string; fix: string}>;

export type Reason = keyof typeof reasons;

/** A pipeline cannot be carried out as its spec says. What runs is left as it is; the message names the field and the fix. */
export class TelemetryError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = "TelemetryError";
    this.reason = reason;
  }
}

export const missingKind = ({apiVersion, kind}: {apiVersion: string; kind: string}, who: string): TelemetryError =>
  new TelemetryError(
    "MissingCustomResourceDefinition",
    `the cluster does not serve ${apiVersion}/${kind}, which ${who} needs: install the operator that brings it`,
  );

/** @param whose what the object would be to the pipeline, as a clause that follows "this pipeline" */
export const nameTaken = (
  {kind, metadata: {name}}: {kind: string; metadata: {name: string}},
  whose = "",
): TelemetryError =>
  new TelemetryError(
    "NameTaken",
    `${kind} ${name} exists and does not belong to this pipeline${whose}: rename the pipeline or remove it`,
  );

/** The value, or what the spec cannot be carried out for. */
export async function attempt<T>(work: () => Promise<T>): Promise<{value?: T; problem?: TelemetryError}> {
  try {
    return {value: await work()};
  } catch (error) {
    if (error instanceof TelemetryError) return {problem: error};
    throw error;
  }
}
