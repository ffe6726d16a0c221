import {createHmac, timingSafeEqual} from "node:crypto";
import type {IncomingHttpHeaders} from "node:http";

/** Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64, as `v1,…`. */
const PREFIX = "whsec_";
const TOLERANCE_SECONDS = 300;

/** @throws Error if the secret is not base64, with or without `whsec_` before it */
function keyOf(secret: string): Buffer {
  const text = secret.trim().replace(PREFIX, "");
  const key = Buffer.from(text, "base64");
  if (key.length < 16 || !/^[A-Za-z0-9+/]+=*$/.test(text))
    throw new Error(`a signing secret is ${PREFIX} and base64 of at least 16 bytes`);
  return key;
}

const mac = (secret: string, id: string, timestamp: string, body: string) =>
  createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");

/** The headers of a message. The id stays the same at each try, so that whoever gets it twice can tell. */
export function sign(secret: string, id: string, body: string, now = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac(secret, id, timestamp, body)}`,
  };
}

/** Whether one of the message's signatures is by that secret, and the message is not an old one sent again. */
export function verify(secret: string, headers: IncomingHttpHeaders, body: string, now = Date.now()): boolean {
  const text = (name: string) => String(headers[name] ?? "");
  const [id, timestamp] = [text("webhook-id"), text("webhook-timestamp")];
  if (!id || !(Math.abs(now / 1_000 - Number(timestamp || Number.NaN)) <= TOLERANCE_SECONDS)) return false;
  const wanted = Buffer.from(mac(secret, id, timestamp, body));
  return text("webhook-signature")
    .split(" ")
    .map((signature) => Buffer.from(signature.replace(/^v1,/, "")))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
}
