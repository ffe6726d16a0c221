/** Every reason that a condition of a pipeline can have, with its meaning and fix. docs/reference/reasons.md is generated from it. */
export const reasons = {
  Accepted: {meaning: "The spec is valid and can be applied.", fix: ""},
  Applied: {meaning: "Every planned object is live, except those that still wait for a dependency.", fix: ""},
  Ready: {meaning: "Every component is ready, and rows arrive in every store.", fix: ""},
  Monitored: {meaning: "PodMonitors and alert rules exist.", fix: ""},
  NotMonitored: {
    meaning: "`spec.observability.monitoring.enabled` is false: Prometheus does not monitor this pipeline.",
    fix: "Set `spec.observability.monitoring.enabled` to true.",
  },
  Routed: {meaning: "Alerts are sent to `spec.observability.alerting.receivers`.", fix: ""},
  NoReceivers: {
    meaning: "Alerts fire and are stored, but there is no receiver.",
    fix: "Add a receiver to `spec.observability.alerting.receivers`.",
  },
  NotAlerting: {
    meaning: "`spec.observability.alerting.enabled` or `monitoring.enabled` is false: no alerts are sent.",
    fix: "Set both to true.",
  },
  InvalidReceiver: {
    meaning: "A receiver is invalid and left out. The other receivers and the pipeline work.",
    fix: "Correct the field or the Secret in the message.",
  },
  AsExpected: {meaning: "No component is degraded.", fix: ""},
  Paused: {
    meaning: "`spec.paused` is true: the operator changes nothing and only reports.",
    fix: "Set `spec.paused` to false.",
  },
  Stopped: {
    meaning: "`spec.state` is Stopped: simulator, ingesters and stores are scaled to zero; data is kept.",
    fix: "Set `spec.state` to Running.",
  },
  Deleting: {meaning: "The pipeline is being deleted.", fix: "Wait. The message says for what."},
  ComponentNotReady: {
    meaning: "A component is not ready. The message names it and the cause.",
    fix: "Inspect the object in the message: `kubectl describe`.",
  },
  StoreTakesNoRows: {
    meaning:
      "A store rejects all rows. The message has the kind of problem (unreachable, credentials, schema, disk-full, overloaded, other) and the store's own words. Events wait in Kafka.",
    fix: "unreachable: check the store's pod or the external server. credentials: the password in the Secret is not the store's. schema: undo the change that the schema Job's log names, or fix the trigger or constraint that rejects every row. disk-full: raise `spec.<store>.storage` or shorten its retention. The ingester continues by itself.",
  },
  HeldBackByTransaction: {
    meaning:
      "A producer has kept a transaction in Kafka open for more than a minute. Later events of the partition cannot be read; the message names partition and offset. Nothing is lost.",
    fix: "End or restart the producer. If it is gone, end its transaction with `kafka-transactions.sh find-hanging` and `abort`. More ingesters do not help.",
  },
  FieldsFound: {meaning: "The paths of `spec.event` are in the events.", fix: ""},
  FieldsNotFound: {
    meaning:
      "Fields of `spec.event` were in none of 10,000 events that an ingester has read. Rows are written without them; without vehicle, time or place there are only dead letters. The message has the names that one of these events has.",
    fix: "Correct the path, or remove the field. `telemetry-operator event try` shows what becomes of a message.",
  },
  NothingExpired: {meaning: "No event expired in Kafka before it was read during the last day.", fix: ""},
  EventsExpired: {
    meaning:
      "Events expired in Kafka before a store had them; the store does not get them. The message counts them and stays for a day after the last one.",
    fix: "If the store is still behind, raise `spec.kafka.topic.retention` at once. Find the cause with `telemetry-operator status`, and the missing events with `telemetry-operator audit`.",
  },
  DeadLettersBlocked: {
    meaning:
      "An event that a store rejects must go to the dead-letter topic, which cannot be written. The message has the cause and Kafka's own words. Events behind it wait in Kafka; the others are in the store.",
    fix: "Follow the message: create the topic, grant the ingester the right to write to it, raise its `max.message.bytes`, or set its `cleanup.policy` to delete. The ingester continues by itself.",
  },
  UnreadableBatch: {
    meaning:
      "A batch of events in Kafka cannot be read: its checksum is wrong, its compression is unknown, or it unpacks to more than 64 MiB. Its partition waits, so that nothing is skipped; other partitions continue. Or a topic of `spec.kafka.topic.further` is not found; the others are read.",
    fix: "The message names partition and offset, or the topic. Create a topic that is missing, or grant the right to it. Restore the partition from another replica. To give up the batch, stop the pipeline and set the consumer group's offset behind it (`kafka-consumer-groups.sh --reset-offsets`).",
  },
  SchemaRegistryAway: {
    meaning:
      "The registry of `spec.event.schemaRegistry` does not say which schema an event has. The message has its URL and its answer. Events wait in Kafka, and none becomes a dead letter for it.",
    fix: "does not answer: check the registry, its address and its NetworkPolicy. 401 or 403: the login in `spec.event.schemaRegistry.secret`. 404 to every question: the path in the URL. The ingester continues by itself.",
  },
  NoRowsYet: {
    meaning: "All components are ready, but a store has no rows.",
    fix: "Read the log of that store's ingester. If no vehicles send, set `spec.simulator.vehicles`.",
  },
  MissingCustomResourceDefinition: {
    meaning: "A custom resource definition that the pipeline needs is missing.",
    fix: "Install the operator that provides it (Strimzi, K8ssandra, the Prometheus operator), or disable the component.",
  },
  MissingSecret: {
    meaning: "A Secret in the spec does not exist or lacks a key.",
    fix: "Create the Secret with the keys in the message, in the pipeline's namespace.",
  },
  InvalidSecret: {
    meaning: "A Secret in the spec has invalid content.",
    fix: "Correct the content as the message says.",
  },
  MissingClaim: {
    meaning: "A PersistentVolumeClaim in the spec does not exist.",
    fix: "Create the claim in the pipeline's namespace. It outlives the pipeline, so the operator does not create it.",
  },
  InvalidSchedule: {
    meaning: "`spec.timescaledb.backup.schedule` is not a valid cron schedule.",
    fix: "Correct the field in the message.",
  },
  TooManyChunks: {
    meaning:
      "TimescaleDB's retention covers more chunks than have been tested. Each chunk costs locks and planning time.",
    fix: "Raise `spec.timescaledb.chunkInterval` or shorten `retention`. Existing chunks keep their interval.",
  },
  InvalidLabel: {
    meaning:
      "A label of `spec.observability.monitoring.labels` has an invalid name, or one of Druid's pods would change.",
    fix: "Correct the name in the message, or set the label back.",
  },
  TtlTooLong: {
    meaning: "Rows would expire after 2038-01-19, the last day that Cassandra supports; it would reject every row.",
    fix: "Set `spec.cassandra.ttl` to the number of days in the message, or less.",
  },
  CannotShrink: {
    meaning: "The spec, including the defaults of its profile, asks for less than the live value, which cannot shrink.",
    fix: "Set the field in the message to the live value or more.",
  },
  CannotGrow: {
    meaning: "The spec asks for larger volumes, which the operator that makes these servers does not grow.",
    fix: "Set the field in the message back, and add servers instead.",
  },
  InvalidStorageClass: {
    meaning:
      "Volumes keep their StorageClass, and cass-operator grows Cassandra's only if the K8ssandraCluster names it.",
    fix: "Restore the field in the message. To move data to another class, restore a backup into a new pipeline. For Cassandra's volumes without a named class, delete the pipeline with `deletionPolicy: Retain` and apply it again; this keeps the data and names the class.",
  },
  UpgradeRefused: {
    meaning: "The spec, including its defaults, asks for a version that cannot be reached from the running one.",
    fix: "Set the version in the message; upgrade one tested step at a time. To go back, create a new pipeline.",
  },
  TooManyIngesters: {
    meaning: "There are more ingester replicas than partitions, so some would be idle.",
    fix: "Lower the replicas or raise `spec.kafka.topic.partitions`.",
  },
  TooMuchParallelism: {
    meaning: "The stream job has more subtasks than the topic has partitions, so some would be idle.",
    fix: "Lower `spec.flink.parallelism` or raise `spec.kafka.topic.partitions`.",
  },
  InvalidEvent: {
    meaning:
      "A field of `spec.event` or `spec.kafka.topic` has a value that the ingesters could not go by. They continue unchanged.",
    fix: "Correct the field as the message says.",
  },
  MissingConfigMap: {
    meaning: "The ConfigMap of `spec.flink.sql` does not exist or lacks its key. The job continues unchanged.",
    fix: "Create the ConfigMap with the key in the message, in the pipeline's namespace.",
  },
  InvalidFlinkSql: {
    meaning:
      "Flink's planner rejects the SQL of `spec.flink.sql`, or a statement is not allowed in a job. The job continues with the previous SQL.",
    fix: "Correct the statement in the message. The ConfigMap is read again within 5 s.",
  },
  NameTaken: {
    meaning: "An object with a name that the pipeline needs exists and belongs to another owner.",
    fix: "Rename the pipeline, or remove or rename the object. It was not changed.",
  },
  ApplyRefused: {
    meaning:
      "The API server refused an object because of an admission policy, a quota or an unavailable webhook. Other objects and components continue.",
    fix: "Read the message, which quotes the API server. The operator retries after a second, then less often, at least every half minute.",
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
    `the cluster does not serve ${apiVersion}/${kind}, which ${who} needs: install the operator that provides it`,
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
