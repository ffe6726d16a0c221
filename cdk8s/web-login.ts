import type {k8s} from "cdk8s-plus-28";
import {type BuildContext, fromSecret} from "./context.ts";

/** PREFIX_TOKEN, where the Secret of an HTTP server has one, or else PREFIX_USERNAME and PREFIX_PASSWORD. */
export function webLogin(
  {logins}: Pick<BuildContext, "logins">,
  prefix: string,
  secret: string | undefined,
): k8s.EnvVar[] {
  if (secret === undefined) return [];
  const keys = logins?.[secret]?.keys.includes("token") ? ["token"] : ["username", "password"];
  return keys.map((key) => fromSecret(`${prefix}_${key.toUpperCase()}`, secret, key));
}
