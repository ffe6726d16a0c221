import {X509Certificate} from "node:crypto";
import {missingKind, nameTaken, TelemetryError} from "../../api/errors.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import {derivedOf, isMadeOf, makerOf} from "../components/derived.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, objectId} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";
import {type Live, liveOf} from "./live.ts";
import type {PlannedComponent} from "./plan.ts";
import type {Run} from "./run.ts";

/** The plan without the optional components that the cluster cannot take, and why the first of them is left out. */
export function possible(
  cache: Cache,
  planned: PlannedComponent[],
): {planned: PlannedComponent[]; absent: TelemetryError | undefined} {
  let absent: TelemetryError | undefined;
  const kept = planned.filter(({component, objects}) => {
    const missing = component.optional && objects.map(typeOf).find((type) => !cache.available(type));
    if (missing && component.optional !== "silently") absent ??= missingKind(missing, component.name);
    return !missing;
  });
  return {planned: kept, absent};
}

/**
 * Refuses a plan that the cluster cannot carry out, before anything of it is applied.
 *
 * @throws TelemetryError with the reason, the field and the fix
 */
export async function validate(run: Run, planned: PlannedComponent[], spec: ResolvedSpec): Promise<void> {
  const live = liveOf(run.cache, planned, spec);
  validateLive(live, spec);
  await validateNeeds(run.platform.client, live, run.namespace, spec);
  await validateNames(run, live);
}

/** Refuses kinds that the cluster does not serve, and changes that the live objects do not allow. */
function validateLive({plan, cache, pairsOf}: Live, spec: ResolvedSpec): void {
  for (const each of plan) {
    const missing = each.objects.map(typeOf).find((type) => !cache.available(type));
    if (missing) throw missingKind(missing, each.component.name);
  }
  for (const each of plan) each.component.validate?.(pairsOf(each), spec);
}

/**
 * Refuses a plan from which an upstream operator would create objects under names that belong to someone else: it would take those over, wait
 * for them forever, or delete them with the pipeline. A live object has its names, and causes no request. The first check of an object that is
 * not live knows all that was there when the pipeline last changed; later checks may be two seconds old.
 *
 * @throws TelemetryError naming the object that is in the way
 */
async function validateNames(
  {platform: {client, names}, memory: {named}, namespace, seen}: Run,
  {plan, cache, pairsOf}: Live,
): Promise<void> {
  const pairs = plan.flatMap(pairsOf);
  const makers = pairs.flatMap(({planned: maker, live}) => (live || derivedOf(maker).length === 0 ? [] : [maker]));
  const since = makers.every((maker) => named.has(objectId(maker))) ? undefined : seen;
  const derived = makers.flatMap((maker) => derivedOf(maker).map((each) => ({maker, ...each})));
  const taken = await Promise.all(
    [...Map.groupBy(derived, ({type}) => type)].map(async ([type, each]) => {
      const question = {type, namespace, names: each.map(({name}) => name), since};
      const found = new Set(await names.taken(cache, question));
      return each.filter(({name}) => found.has(name));
    }),
  );
  const inTheWay = new Set(taken.flat());
  // In the order of the makers: what is named first is what the others come from.
  for (const each of derived) {
    if (!inTheWay.has(each)) continue;
    const {maker, type, name} = each;
    const object = await client.get(type, {name, namespace});
    if (object && !isMadeOf(maker, object)) throw nameTaken(object, `, for which ${makerOf(maker)} would take it over`);
  }
  for (const maker of makers) named.add(objectId(maker));
}

/**
 * Refuses a plan whose pods would wait for Secrets and volumes that nobody made. A component that is ready has had them: no
 * request then.
 *
 * @throws TelemetryError with the field, the object and what has to be in it
 */
export async function validateNeeds(
  client: KubeClient,
  {plan, readinessOf}: Live,
  namespace: string,
  spec: ResolvedSpec,
): Promise<void> {
  for (const each of plan) {
    const needs = each.component.secrets?.(spec) ?? [];
    const claims = each.component.claims?.(spec) ?? [];
    if (needs.length + claims.length === 0 || readinessOf(each).ready) continue;
    for (const {field, name} of claims) {
      if (await client.get(builtin.persistentVolumeClaim, {name, namespace})) continue;
      const problem = `${field}: PersistentVolumeClaim ${name} does not exist; create it in namespace ${namespace}`;
      throw new TelemetryError("MissingClaim", problem);
    }
    for (const {field, name, keys} of needs) {
      const data = (await client.get(builtin.secret, {name, namespace}))?.data;
      const missing = keys.filter((key) => !key.split(" or ").some((name) => data?.[name]));
      if (missing.length === 0) {
        refuseNoCertificate(`${field}: Secret ${name}`, data["ca.crt"]);
        continue;
      }
      const problem = data ? `lacks ${missing.join(" and ")}` : "does not exist";
      throw new TelemetryError(
        "MissingSecret",
        `${field}: Secret ${name} ${problem}; create it in namespace ${namespace} with ${keys.join(", ")}`,
      );
    }
  }
}

function refuseNoCertificate(where: string, encoded: string | undefined) {
  if (encoded === undefined) return;
  try {
    new X509Certificate(Buffer.from(encoded, "base64"));
  } catch {
    throw new TelemetryError(
      "InvalidSecret",
      `${where}: ca.crt is not a certificate; it must be PEM that begins with -----BEGIN CERTIFICATE-----`,
    );
  }
}
