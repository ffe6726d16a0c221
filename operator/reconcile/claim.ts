import {telemetryPipeline} from "../../api/crd.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {EventRecorder} from "../runtime/events.ts";
import type {Logger} from "../runtime/logger.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import {createOtherOperators} from "./other-operators.ts";

/**
 * Keeps two operators from acting on one pipeline, whoever installed them. Among the processes of one operator its Lease decides
 * which one acts. Among operators an annotation of the pipeline does, which no definition can lack: it names the Lease of the one that the pipeline belongs to.
 * Another one takes it over only when no process can hold that Lease any more without seeing that it did.
 */
export interface Claims {
  /** The pipeline, once it belongs to this operator; undefined while it belongs to another one. */
  claim(pipeline: KubeObject, cache: Cache): Promise<KubeObject | undefined>;
  forget(key: string): void;
}

const ANNOTATION = "telemetry.dev/operator";

/** @param operator this operator's Lease, as `namespace/name` */
export function createClaims(options: {
  client: KubeClient;
  operator: string;
  events: EventRecorder;
  log: Logger;
}): Claims {
  const {client, operator, events, log} = options;
  /** The uids of pipelines that belong to this operator by the API server's own answer to this process, by key. */
  const ours = new Map<string, string>();
  const others = createOtherOperators(client);
  /** The operator that each pipeline of another one was reported to belong to. */
  const reported = new Map<string, string>();

  function report(pipeline: KubeObject, holder: string): undefined {
    const key = keyOf(pipeline);
    if (reported.get(key) === holder) return;
    reported.set(key, holder);
    const {namespace, name} = pipeline.metadata;
    const message = `belongs to the operator with Lease ${holder}; the operator with Lease ${operator} leaves it alone. Uninstall one of them, or give each a namespace of its own (watchNamespace). Pipelines of an operator that is gone are taken over; if this operator may not read its Lease, hand the pipeline over: kubectl annotate tp ${name} -n ${namespace} --overwrite ${ANNOTATION}=${operator}`;
    log.warn({pipeline: key, operator: holder}, message);
    events.record(pipeline, "Warning", "OperatedByAnother", message);
  }

  /** The operator that a pipeline belongs to. A replacement of the pipeline as a whole drops the annotation, and changes no owner. */
  const holderOf = (pipeline: KubeObject): string | undefined =>
    pipeline.metadata.annotations?.[ANNOTATION] ?? reported.get(keyOf(pipeline));

  /** Writes an operator into the pipeline as it was read: of two that do so at once, one gets a conflict. */
  async function assign({metadata}: KubeObject, to: string, cache: Cache): Promise<KubeObject> {
    const {resourceVersion} = metadata;
    const patch = {metadata: {resourceVersion, annotations: {[ANNOTATION]: to}}};
    const written = await client.patch(telemetryPipeline, metadata, patch);
    cache.wrote(telemetryPipeline, written);
    return written;
  }

  async function take(live: KubeObject, cache: Cache): Promise<KubeObject | undefined> {
    const former = holderOf(live);
    if (former && !(await others.isGone(former))) return undefined;
    const taken = await assign(live, operator, cache);
    // An operator that came back after the observation may have read the pipeline before it was taken.
    if (former && (await others.holderOf(former)) !== "") {
      await assign(taken, former, cache);
      return undefined;
    }
    if (former) log.info({pipeline: keyOf(live), operator: former}, "taken over from an operator that is gone");
    return taken;
  }

  return {
    async claim(pipeline, cache) {
      const key = keyOf(pipeline);
      const {metadata} = pipeline;
      const holder = holderOf(pipeline);
      if (holder === operator && ours.get(key) === metadata.uid) return pipeline;
      ours.delete(key);
      if (holder && holder !== operator && !(await others.isGone(holder))) return report(pipeline, holder);
      // The cache may be older than the time at which this process began to lead.
      const live = await client.get(telemetryPipeline, metadata);
      if (!live || live.metadata.uid !== metadata.uid) return undefined;
      const own = holderOf(live) === operator ? live : await take(live, cache);
      if (!own) return undefined;
      ours.set(key, metadata.uid!);
      reported.delete(key);
      return own;
    },
    forget(key) {
      ours.delete(key);
      reported.delete(key);
    },
  };
}
