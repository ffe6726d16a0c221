import type {Images} from "../cdk8s/context.ts";
import {telemetryPipeline} from "./api/crd.ts";
import {ownedKinds} from "./reconcile/kinds.ts";
import {type Platform, reconcile} from "./reconcile/reconcile.ts";
import type {KubeClient} from "./runtime/client.ts";
import {ownerKeys, startController} from "./runtime/controller.ts";
import {createEventRecorder} from "./runtime/events.ts";
import type {Logger} from "./runtime/logger.ts";
import type {Metrics} from "./runtime/metrics.ts";

export interface OperatorOptions {
  client: KubeClient;
  log: Logger;
  images: Images;
  readFreshness: Platform["readFreshness"];
  signal: AbortSignal;
  /** Watch this namespace only; default: all. */
  namespace?: string | undefined;
  metrics?: Metrics;
  elected?: Promise<void>;
  onSynced?(): void;
  workers?: number;
}

/** Runs the TelemetryPipeline controller until the signal aborts. */
export function runOperator({images, readFreshness, ...options}: OperatorOptions): Promise<void> {
  const events = createEventRecorder(options.client, options.log, "telemetry-operator");
  const platform: Platform = {client: options.client, images, events, readFreshness};
  return startController({
    ...options,
    name: "telemetrypipeline",
    kind: telemetryPipeline,
    watches: ownedKinds.map((type) => ({
      type,
      labelSelector: "app.kubernetes.io/managed-by=telemetry-operator",
      map: (object) => ownerKeys(object, telemetryPipeline),
    })),
    reconcile: (key, cache) => reconcile(platform, key, cache),
  });
}
