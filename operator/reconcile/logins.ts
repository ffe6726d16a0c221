import type {ResolvedSpec} from "../../api/pipeline.ts";
import {enabledOf} from "../../cdk8s/component.ts";
import type {Login} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {digest} from "../runtime/digest.ts";
import {builtin, type KubeObject, keyOf} from "../runtime/types.ts";
import type {Memory} from "./memory.ts";

/** A Secret of a user, which is not watched, is looked at anew this often. */
const LOOK_MS = 25_000;

/** Names of the Secrets that upstream's operators make for a pipeline. */
const upstreamSecrets = (spec: ResolvedSpec, name: string): string[] =>
  enabledOf(components, spec).flatMap((component) => component.logins?.(spec, name, components) ?? []);

/** Names of the Secrets with a login that a user makes. */
export const usersSecrets = (spec: ResolvedSpec): string[] => [
  ...new Set(
    enabledOf(components, spec)
      .flatMap((component) => component.secrets?.(spec) ?? [])
      .filter(({keys}) => !keys.includes("ca.crt"))
      .map(({name}) => name),
  ),
];

/** Names of all Secrets that pods of a pipeline log in with and that it does not make itself. */
export const loginNames = (spec: ResolvedSpec, name: string): string[] => [
  ...upstreamSecrets(spec, name),
  ...usersSecrets(spec),
];

/** Tells the contents of a Secret from those before. The uid, known only to those who may read the Secret, keeps a weak password from being found by its hash. */
const contentOf = ({metadata, data}: KubeObject): string => digest([metadata.uid, data]);

export const loginOf = (secret: KubeObject): Login => ({
  content: contentOf(secret),
  keys: Object.keys(secret.data ?? {}).sort(),
});

/** The last reading of those Secrets, by name. One that is away for a moment, to be created anew, restarts no pod. */
export async function loginsOf(
  client: KubeClient,
  cache: Cache,
  memory: Pick<Memory, "logins">,
  {metadata}: KubeObject,
  spec: ResolvedSpec,
  now = Date.now(),
): Promise<Record<string, Login>> {
  const namespace = metadata.namespace!;
  const users = usersSecrets(spec);
  const last = memory.logins;
  const found: Record<string, Login> = {...last?.found};
  for (const name of upstreamSecrets(spec, metadata.name)) {
    const live = cache.get(builtin.secret, keyOf({metadata: {name, namespace}}));
    if (live) found[name] = loginOf(live);
  }
  const names = users.join();
  // Pods that start without the content of their Secret would restart with the next reading.
  const isMissing = users.some((name) => !(name in found));
  const due = isMissing || last?.names !== names || now - last.at >= LOOK_MS;
  if (due) {
    const live = await Promise.all(users.map((name) => client.get(builtin.secret, {name, namespace})));
    for (const secret of live) if (secret) found[secret.metadata.name] = loginOf(secret);
  }
  memory.logins = {at: due ? now : last.at, names, found};
  return found;
}
