import {telemetryPipeline} from "../../api/crd.ts";
import {isRefused} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import type {EventRecorder} from "../runtime/events.ts";
import type {Logger} from "../runtime/logger.ts";
import {builtin, type KubeObject, keyOf, refOf} from "../runtime/types.ts";

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

/** An operator is gone when nobody has held its Lease for this long; a holder that renews nothing for this long is none (election.ts). */
const GONE_MS = 15_000;
/** How old a look at another operator's Lease may be: all its pipelines share one. */
const LOOK_MS = 5_000;

const ANNOTATION = "telemetry.dev/operator";

interface Look {
  at: number;
  holder: string;
  /** What a renewal changes. */
  renewed: string;
  /** Since when the Lease says the same. */
  since: number;
}

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
  const looks = new Map<string, Look>();
  /** The operator that each pipeline of another one was said to belong to. */
  const told = new Map<string, string>();

  async function look(lease: string): Promise<Look> {
    const before = looks.get(lease);
    const now = performance.now();
    const live = await client.get(builtin.lease, refOf(lease));
    const {holderIdentity: holder = "", renewTime} = live?.spec ?? {};
    const renewed = holder ? `${holder} ${renewTime}` : "";
    const seen = {at: now, holder, renewed, since: before?.renewed === renewed ? before.since : now};
    looks.set(lease, seen);
    // A process that only was not scheduled finds the Lease to be no longer its own, and ends.
    if (live && holder && now - seen.since >= GONE_MS) {
      const {resourceVersion} = live.metadata;
      await client.patch(builtin.lease, live.metadata, {metadata: {resourceVersion}, spec: {holderIdentity: ""}});
    }
    return seen;
  }

  async function isGone(lease: string): Promise<boolean> {
    const known = looks.get(lease);
    try {
      const fresh = known && performance.now() - known.at < LOOK_MS ? known : await look(lease);
      return fresh.holder === "" && fresh.at - fresh.since >= GONE_MS;
    } catch (error) {
      // An operator of one namespace may not look into another.
      if (isRefused(error)) return false;
      throw error;
    }
  }

  function tell(pipeline: KubeObject, holder: string): undefined {
    const key = keyOf(pipeline);
    if (told.get(key) === holder) return;
    told.set(key, holder);
    const {namespace, name} = pipeline.metadata;
    const message = `belongs to the operator with Lease ${holder}; the operator with Lease ${operator} leaves it alone. Uninstall one of them, or give each a namespace of its own (watchNamespace). Pipelines of an operator that is gone are taken over; if this operator may not read its Lease, hand the pipeline over: kubectl annotate tp ${name} -n ${namespace} --overwrite ${ANNOTATION}=${operator}`;
    log.warn({pipeline: key, operator: holder}, message);
    events.record(pipeline, "Warning", "OperatedByAnother", message);
  }

  /** The operator that a pipeline belongs to. Someone who replaced the pipeline as a whole took the annotation away, and from nobody the pipeline. */
  const holderOf = (pipeline: KubeObject): string | undefined =>
    pipeline.metadata.annotations?.[ANNOTATION] ?? told.get(keyOf(pipeline));

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
    if (former && !(await isGone(former))) return undefined;
    const taken = await assign(live, operator, cache);
    // One that came back after the look may have read the pipeline before it was taken.
    if (former && (await look(former)).holder !== "") {
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
      const known = holderOf(pipeline);
      if (known === operator && ours.get(key) === metadata.uid) return pipeline;
      ours.delete(key);
      if (known && known !== operator && !(await isGone(known))) return tell(pipeline, known);
      // The cache may be older than the time at which this process began to lead.
      const live = await client.get(telemetryPipeline, metadata);
      if (!live || live.metadata.uid !== metadata.uid) return undefined;
      const own = holderOf(live) === operator ? live : await take(live, cache);
      if (!own) return undefined;
      ours.set(key, metadata.uid!);
      told.delete(key);
      return own;
    },
    forget(key) {
      ours.delete(key);
      told.delete(key);
    },
  };
}
