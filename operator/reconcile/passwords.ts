import {randomBytes} from "node:crypto";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import {components} from "../components/all.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf} from "../runtime/types.ts";

const namesOf = (name: string, isGenerated: (component: (typeof components)[number]) => boolean): string[] =>
  components
    .filter(isGenerated)
    .flatMap(({passwords}) => passwords?.suffixes ?? [])
    .map((suffix) => `${name}-${suffix}`);

/** Names of all Secrets with a generated password that a pipeline may have had. */
export const passwordSecrets = (name: string): string[] => namesOf(name, () => true);

/** Names of those that its spec has. */
export const generatedPasswords = (name: string, spec: ResolvedSpec): string[] =>
  namesOf(name, ({enabled, passwords}) => enabled(spec) && (passwords?.generated?.(spec) ?? true));

/** The password in a live Secret. */
export function passwordIn(secret: KubeObject | undefined): string | undefined {
  const encoded: string | undefined = secret?.data?.password;
  return encoded && Buffer.from(encoded, "base64").toString();
}

/**
 * The live passwords, and new ones where there is none: a Secret that is there all the same keeps its own (apply.ts).
 *
 * @param fresh passwords of Secrets that the cache does not have yet: until it has, every reconcile makes the same plan
 */
export function passwordsOf(
  cache: Cache,
  fresh: Map<string, string>,
  {metadata: {name: prefix, namespace}}: KubeObject,
  spec: ResolvedSpec,
): Record<string, string> {
  const entries = generatedPasswords(prefix, spec).map((name) => {
    const live = cache.get(builtin.secret, keyOf({metadata: {name, namespace: namespace!}}));
    if (live) fresh.delete(name);
    const password = passwordIn(live) || fresh.get(name) || randomBytes(24).toString("base64url");
    if (!live) fresh.set(name, password);
    return [name, password] as const;
  });
  return Object.fromEntries(entries);
}
