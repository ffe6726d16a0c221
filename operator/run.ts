import {type Images, PIPELINE_LABEL, RETAINED_LABEL} from "../cdk8s/context.ts";
import {telemetryPipeline} from "./api/crd.ts";
import {createClaims} from "./reconcile/claim.ts";
import {compact, compactPipeline} from "./reconcile/compact.ts";
import {isGuard, isGuarded} from "./reconcile/guard.ts";
import {ownedKinds} from "./reconcile/kinds.ts";
import type {Platform} from "./reconcile/platform.ts";
import {pollFreshness, type ReadFreshness} from "./reconcile/poll.ts";
import {reconcile} from "./reconcile/reconcile.ts";
import type {KubeClient} from "./runtime/client.ts";
import {ownerKeys, startController} from "./runtime/controller.ts";
import {createEventRecorder} from "./runtime/events.ts";
import type {Logger} from "./runtime/logger.ts";
import type {Metrics} from "./runtime/metrics.ts";
import type {KubeObject} from "./runtime/types.ts";

export interface OperatorOptions {
  client: KubeClient;
  log: Logger;
  images: Images;
  /** Namespace and name of its Lease, as `namespace/name`: what the processes of one operator share, and no other has. */
  operator: string;
  readFreshness: ReadFreshness;
  readFlinkJob: Platform["readFlinkJob"];
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

/** The pipeline that an object belongs to: one that outlives it, or is left to its guard, has no such owner and says so by its labels. */
export function pipelineKeys(object: KubeObject): string[] {
  const {namespace, labels} = object.metadata;
  const pipeline = labels?.[PIPELINE_LABEL];
  const isLeft = pipeline && (labels[RETAINED_LABEL] || isGuard(object) || isGuarded(object, pipeline));
  const owners = ownerKeys(object, telemetryPipeline);
  return isLeft && owners.length === 0 ? [`${namespace}/${pipeline}`] : owners;
}

/** Runs the TelemetryPipeline controller until the signal aborts. */
export function runOperator({
  images,
  operator,
  readFreshness,
  readFlinkJob,
  ...options
}: OperatorOptions): Promise<void> {
  const events = createEventRecorder(options.client, options.log, "telemetry-operator");
  const freshness = pollFreshness(readFreshness, options.signal);
  const {client, log} = options;
  const claims = createClaims({client, operator, events, log});
  const platform: Platform = {client, log, images, claims, events, freshness, readFlinkJob};
  return startController({
    workers: WORKERS,
    ...options,
    name: "telemetrypipeline",
    kind: telemetryPipeline,
    compact: compactPipeline,
    // All but the status, which is ours; the server counts no generation for labels, annotations and finalizers.
    notable: ({metadata: {resourceVersion: _, ...metadata}}) => metadata,
    watches: ownedKinds.map((type) => ({
      type,
      labelSelector: "app.kubernetes.io/managed-by=telemetry-operator",
      compact,
      map: pipelineKeys,
    })),
    triggers: [freshness.onMoved],
    reconcile: (key, cache) => reconcile(platform, key, cache),
  });
}
