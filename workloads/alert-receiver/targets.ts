import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {z} from "zod";
import type {Alert} from "./alert.ts";
import {sign} from "./signature.ts";

/** Whom to send to: cdk8s/components/alert-receiver.ts writes this. Secrets are read from their files at each try. */
const common = {name: z.string(), severities: z.array(z.string()), sendResolved: z.boolean()};
const target = z.discriminatedUnion("kind", [
  z.object({
    ...common,
    kind: z.literal("sms"),
    url: z.string(),
    from: z.string(),
    to: z.array(z.string()),
    secret: z.string(),
  }),
  z.object({...common, kind: z.literal("webhook"), urlFile: z.string(), signingFile: z.string().optional()}),
]);
export const targets = z.array(target);
export type Target = z.output<typeof target>;

/** One message to one target, as it is kept until it has arrived. */
export interface Delivery {
  id: string;
  target: string;
  message: Message;
}

/** `to` is one number; the alerts of a webhook's message are one. */
interface Message {
  to?: string;
  alerts: Alert[];
}

/** What is to be sent of alerts that are new: an SMS a number, a POST an alert. Pure; ids tell messages apart for good. */
export function deliveriesOf(all: Target[], alerts: Alert[]): Delivery[] {
  return all.flatMap((one) => {
    const wanted = alerts.filter(
      ({severity, status}) => one.severities.includes(severity) && (one.sendResolved || status === "firing"),
    );
    if (wanted.length === 0) return [];
    const messages: Message[] =
      one.kind === "sms" ? one.to.map((to) => ({to, alerts: wanted})) : wanted.map((alert) => ({alerts: [alert]}));
    return messages.map((message) => ({id: idOf(one.name, message), target: one.name, message}));
  });
}

function idOf(name: string, {to, alerts}: Message): string {
  const parts = alerts.map(({fingerprint, startsAt, status}) => [fingerprint, startsAt, status]);
  return `msg_${createHash("sha256")
    .update(JSON.stringify([name, to, parts]))
    .digest("hex")
    .slice(0, 32)}`;
}

export interface Request {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * The HTTP request of a message.
 *
 * @throws Error if a Secret's file is missing or not what it should be
 */
export function requestOf(one: Target, {id, message}: Delivery, now = Date.now()): Request {
  if (one.kind === "sms") {
    const login = `${secret(one.secret, "username")}:${secret(one.secret, "password")}`;
    return {
      url: one.url,
      headers: {
        authorization: `Basic ${Buffer.from(login).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": id,
      },
      body: new URLSearchParams({From: one.from, To: message.to!, Body: textOf(message.alerts)}).toString(),
    };
  }
  const [alert] = message.alerts;
  const timestamp = (alert!.status === "resolved" && alert!.endsAt) || alert!.startsAt;
  const body = JSON.stringify({type: `alert.${alert!.status}`, timestamp, data: alert});
  return {
    url: secret(one.urlFile),
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      ...(one.signingFile ? sign(secret(one.signingFile), id, body, now) : {}),
    },
    body,
  };
}

const secret = (...path: string[]): string => readFileSync(path.join("/"), "utf8").trim();

/** Ten parts of an SMS at most. */
const SMS_CHARACTERS = 1_530;

const textOf = (alerts: Alert[]): string =>
  alerts
    .map(({status, severity, labels, summary}) =>
      `${status === "firing" ? severity.toUpperCase() : "RESOLVED"} ${labels.pipeline ?? ""}: ${summary}`.trim(),
    )
    .join("\n")
    .slice(0, SMS_CHARACTERS);
