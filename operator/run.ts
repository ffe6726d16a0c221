import {Registry} from "prom-client";
import {telemetryPipeline} from "../api/crd.ts";
import {type Images, PIPELINE_LABEL, RETAINED_LABEL} from "../cdk8s/context.ts";
import {createClaims} from "./reconcile/claim.ts";
import {exportReadiness} from "./reconcile/exported.ts";
import {isGuard, isGuarded} from "./reconcile/guard.ts";
import {ownedKinds} from "./reconcile/kinds.ts";
import {createMemories} from "./reconcile/memory.ts";
import type {Platform} from "./reconcile/platform.ts";
import {pollFreshness, type ReadFreshness} from "./reconcile/poll.ts";
import {watchedQuotas} from "./reconcile/quota.ts";
import {reconcile} from "./reconcile/reconcile.ts";
import type {KubeClient} from "./runtime/client.ts";
import {ownerKeys, startController} from "./runtime/controller.ts";
import {createEventRecorder} from "./runtime/events.ts";
import type {Logger} from "./runtime/logger.ts";
import type {Metrics} from "./runtime/metrics.ts";
import {createNames} from "./runtime/names.ts";
import {builtin, type KubeObject, type ResourceType} from "./runtime/types.ts";

interface OperatorOptions {
  client: KubeClient;
  log: Logger;
  images: Images;
  /** The beginning of an alert's `runbook_url`; default: alerts have none. */
  runbookUrl?: string | undefined;
  /** Namespace and name of its Lease, as `namespace/name`: what the processes of one operator share, and no other has. */
  operator: string;
  readFreshness: ReadFreshness;
  getJson: Platform["getJson"];
  signal: AbortSignal;
  /** Watch this namespace only; default: all. */
  namespace?: string | undefined;
  metrics?: Metrics;
  elected?: Promise<void>;
  onSynced?(): void;
  workers?: number;
}

/** Pipelines that are worked on at once; most of the time of each is waiting for the API server. */
const WORKERS = 32;

/** The creators of objects that a pipeline is judged by: those of others have the pipeline's labels, and another owner. */
const OTHERS = ["cass-operator", "druid-operator"];
const OURS = "telemetry-operator";
const MAKERS = [OURS, ...OTHERS];

/**
 * The pipeline that an object belongs to: one that outlives it, that is left to its guard, or that others made for it is not its own, and says so by
 * its labels.
 */
export function pipelineKeys(object: KubeObject): string[] {
  const {namespace, labels = {}} = object.metadata;
  const owners = ownerKeys(object, telemetryPipeline);
  const pipeline = labels[PIPELINE_LABEL];
  if (owners.length > 0 || !pipeline) return owners;
  const byOthers = labels["strimzi.io/cluster"] || OTHERS.includes(labels["app.kubernetes.io/managed-by"] ?? "");
  const isLeft = labels[RETAINED_LABEL] || isGuard(object) || isGuarded(object, pipeline);
  return byOthers || isLeft ? [`${namespace}/${pipeline}`] : [];
}

const MADE = `app.kubernetes.io/managed-by in (${MAKERS.join(", ")})`;
/** Ours, and those of Kafka's users, which have our labels from the KafkaUsers; not the keys of Kafka's own. */
const SECRETS = `${PIPELINE_LABEL},strimzi.io/kind notin (Kafka)`;
/** Selectors of whatever the watch of a kind may leave out. */
const othersOf = (type: ResourceType): string[] =>
  type === builtin.secret
    ? [`!${PIPELINE_LABEL}`, `${PIPELINE_LABEL},strimzi.io/kind in (Kafka)`]
    : [`app.kubernetes.io/managed-by notin (${OURS})`];
/** Kafka's nodes, which have our labels from the Kafka. */
const NODES = `${PIPELINE_LABEL},strimzi.io/pool-name`;

/** Runs the TelemetryPipeline controller until the signal aborts. */
export function runOperator({
  images,
  runbookUrl,
  operator,
  readFreshness,
  getJson,
  ...options
}: OperatorOptions): Promise<void> {
  const events = createEventRecorder(options.client, options.log, "telemetry-operator");
  const freshness = pollFreshness(readFreshness, options.signal);
  const {client, log} = options;
  const platform: Platform = {
    client,
    log,
    clusterWide: options.namespace === undefined,
    images,
    runbookUrl,
    claims: createClaims({client, operator, events, log}),
    events,
    names: createNames(client, othersOf),
    memories: createMemories(),
    freshness,
    exported: exportReadiness(options.metrics?.registry ?? new Registry()),
    getJson,
  };
  return startController({
    workers: WORKERS,
    ...options,
    name: "telemetrypipeline",
    kind: telemetryPipeline,
    // All but the status, which is ours; the server counts no generation for labels, annotations and finalizers.
    notable: ({metadata: {resourceVersion: _, ...metadata}}) => metadata,
    watches: [
      ...ownedKinds.map((type) => ({
        type,
        labelSelector: type === builtin.secret ? SECRETS : MADE,
        map: pipelineKeys,
      })),
      {type: builtin.pod, labelSelector: NODES, map: pipelineKeys},
      watchedQuotas,
    ],
    triggers: [freshness.onMoved],
    reconcile: (key, cache) => reconcile(platform, key, cache),
  });
}
