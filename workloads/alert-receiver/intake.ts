import type {IncomingHttpHeaders} from "node:http";
import {isSameSecret} from "../lib/equal.ts";
import {verify} from "./signature.ts";

/** The token as a Standard Webhooks secret, for senders that sign. */
export const signingSecret = (token: string): string => `whsec_${Buffer.from(token).toString("base64")}`;

/** Alertmanager shows the token; a browser gives it as the password of any user. */
export function hasToken(token: string, {authorization = ""}: IncomingHttpHeaders): boolean {
  const [scheme, value = ""] = authorization.split(" ");
  if (scheme === "Bearer") return isSameSecret(value, token);
  if (scheme !== "Basic") return false;
  const login = Buffer.from(value, "base64").toString();
  return isSameSecret(login.slice(login.indexOf(":") + 1), token);
}

/** A notification is taken with the token, or signed with it. */
export const mayTell = (token: string, headers: IncomingHttpHeaders, body: string): boolean =>
  headers["webhook-signature"] ? verify(signingSecret(token), headers, body) : hasToken(token, headers);
