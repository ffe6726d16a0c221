import {resolveSpec} from "../../api/pipeline.ts";
import {imagesFrom} from "../../cdk8s/context.ts";
import type {Pair} from "../components/component.ts";
import {readFacts} from "../reconcile/dereference.ts";
import {loginNames, loginOf} from "../reconcile/logins.ts";
import {generatedPasswords} from "../reconcile/passwords.ts";
import {type PlannedComponent, plan} from "../reconcile/plan.ts";
import {limitsCpu} from "../reconcile/quota.ts";
import type {KubeObject} from "../runtime/types.ts";

const HIDDEN = "(a password)";

/**
 * Everything that a pipeline becomes, in apply order, with the live object of each.
 *
 * @param passwords by the name of their Secret; one that is not given is hidden
 * @param live the live object of a planned one; default: none
 * @param quotas the ResourceQuotas of its namespace
 * @throws TelemetryError with the field and the fix when the operator would refuse it
 */
export async function planFor(
  {metadata, spec}: KubeObject,
  passwords: Record<string, string> = {},
  live: (planned: KubeObject) => Promise<KubeObject | undefined> = async () => undefined,
  quotas: KubeObject[] = [],
): Promise<Pair[]> {
  const {name, namespace = "default", uid, creationTimestamp: created} = metadata;
  const resolved = resolveSpec(spec);
  const shown = generatedPasswords(name, resolved).map((secret) => [secret, passwords[secret] ?? HIDDEN]);
  const secrets = loginNames(resolved, name).map((secret) => ({
    ...{apiVersion: "v1", kind: "Secret"},
    metadata: {name: secret, namespace},
  }));
  const logins = (await Promise.all(secrets.map(live))).flatMap((secret) =>
    secret ? [[secret.metadata.name, loginOf(secret)]] : [],
  );
  // Without a client: what only the operator may read, as Secrets of users, is left out.
  const {facts} = await readFacts(() => ({
    ...{name, namespace, spec: resolved, clusterWide: false, notes: new Map(), now: Date.now()},
    find: ({apiVersion, kind}, object) => live({apiVersion, kind, metadata: {name: object, namespace}}),
    loadOf: () => undefined,
  }));
  const planned = plan({
    ...{name, namespace, uid, created, spec: resolved, facts},
    images: imagesFrom(process.env),
    runbookUrl: process.env.RUNBOOK_URL || undefined,
    passwords: Object.fromEntries(shown),
    logins: Object.fromEntries(logins),
    limitsCpu: limitsCpu(quotas),
  });
  const pairsOf = ({objects}: PlannedComponent) =>
    Promise.all(objects.map(async (object) => ({planned: object, live: await live(object)})));
  const all: Pair[] = [];
  for (const each of planned) {
    const pairs = await pairsOf(each);
    each.component.validate?.(pairs, resolved);
    all.push(...pairs);
  }
  return all;
}
