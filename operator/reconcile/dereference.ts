import {attempt, type TelemetryError} from "../../api/errors.ts";
import {type ResolvedSpec, resolveSpec} from "../../api/pipeline.ts";
import {secondsOf} from "../../api/quantities.ts";
import type {BuildContext, Facts} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {Sources} from "../components/component.ts";
import {builtin} from "../runtime/types.ts";
import type {StoreFigures} from "./freshness.ts";
import {loginsOf} from "./logins.ts";
import {notesOf} from "./memory.ts";
import {passwordsOf} from "./passwords.ts";
import {limitsCpu} from "./quota.ts";
import {finderIn, type Run} from "./run.ts";

/** All that a plan is made from, and what the status is judged by beside the live objects. */
export interface Inputs {
  context: BuildContext & {facts: Facts};
  freshness: StoreFigures[];
  /** Why a plan of it cannot be applied. */
  problem: TelemetryError | undefined;
}

/** Reads what the plan depends on beside the spec; nothing is written. */
export async function dereference(run: Run): Promise<Inputs> {
  const {platform, cache, pipeline, memory, name, namespace} = run;
  const wanted = resolveSpec(pipeline.spec);
  const freshness = freshnessOf(run, wanted);
  const {facts, problem} = await factsOf(run, wanted, freshness);
  const spec = components.reduce((spec, {resolve}) => resolve?.(spec, facts) ?? spec, wanted);
  const context = {
    name,
    namespace,
    uid: pipeline.metadata.uid,
    created: pipeline.metadata.creationTimestamp,
    spec,
    images: platform.images,
    runbookUrl: platform.runbookUrl,
    passwords: passwordsOf(cache, memory.passwords, pipeline, spec),
    logins: await loginsOf(platform.client, cache, memory, pipeline, spec),
    limitsCpu: limitsCpu(cache.list(builtin.resourceQuota, namespace)),
    facts,
  };
  return {context, freshness, problem};
}

/** The stores' last answers; while a pipeline runs they are polled. */
function freshnessOf({platform, pipeline, key}: Run, spec: ResolvedSpec): StoreFigures[] {
  if (spec.state !== "Running") {
    platform.freshness.forget(key);
    return [];
  }
  const fillers = components.flatMap(({enabled, fills}) => (fills && enabled(spec) ? [fills] : []));
  const staleSeconds = secondsOf(spec.observability.alerting.thresholds.freshness);
  const how = {always: fillers.some(({follows}) => follows(spec)), staleSeconds};
  return platform.freshness.of(
    pipeline,
    fillers.map(({store}) => store),
    how,
  );
}

async function factsOf(run: Run, spec: ResolvedSpec, freshness: StoreFigures[]) {
  const {platform, cache, memory, name, namespace, now} = run;
  const {client, clusterWide} = platform;
  const find = finderIn(cache, namespace);
  return readFacts((component) => {
    const notes = notesOf(memory, component);
    return {
      ...{name, namespace, spec, client, clusterWide, notes, now},
      find: async (type, object) => find(type, object),
      loadOf: (store) => freshness.find((fresh) => fresh.store === store)?.load,
    };
  });
}

/** The facts of the components, and why the first of them cannot be planned. */
export async function readFacts(
  sourcesOf: (component: string) => Sources,
): Promise<{facts: Facts; problem: TelemetryError | undefined}> {
  const found = await Promise.all(
    components.map(async ({name, facts}) => ({name, ...(await attempt(async () => facts?.(sourcesOf(name))))})),
  );
  const facts = Object.fromEntries(found.flatMap(({name, value}) => (value ? [[name, value]] : [])));
  return {facts: facts as Facts, problem: found.find(({problem}) => problem)?.problem};
}
