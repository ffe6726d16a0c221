import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {z} from "zod";
import type {Alert} from "./alert.ts";
import {sign} from "./signature.ts";
import {slackOf, teamsOf} from "./words.ts";

/** Whom to send to: cdk8s/components/alert-receiver/manifests.ts writes this. Secrets are read from their files at each try. */
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
  z.object({...common, kind: z.literal("slack"), urlFile: z.string(), channel: z.string().optional()}),
  z.object({...common, kind: z.literal("teams"), urlFile: z.string()}),
  z.object({
    ...common,
    kind: z.literal("email"),
    to: z.array(z.string()),
    from: z.string(),
    smarthost: z.string(),
    username: z.string().optional(),
    passwordFile: z.string().optional(),
    requireTLS: z.boolean(),
  }),
]);
export const targets = z.array(target);
export type Target = z.output<typeof target>;
type HttpTarget = Exclude<Target, {kind: "email"}>;

/** One message to one target, as it is kept until it has arrived. */
export interface Delivery {
  id: string;
  target: string;
  message: Message;
}

/** `to` is one number or address; a webhook's message has one alert. */
interface Message {
  to?: string;
  alerts: Alert[];
}

/** The messages for new alerts: a message a number or address, a POST an alert. Pure; ids tell messages apart for good. */
export function deliveriesOf(all: Target[], alerts: Alert[]): Delivery[] {
  return all.flatMap((target) => {
    const wanted = alerts.filter(
      ({severity, status}) => target.severities.includes(severity) && (target.sendResolved || status === "firing"),
    );
    if (wanted.length === 0) return [];
    return messagesOf(target, wanted).map((message) => ({
      id: idOf(target.name, message),
      target: target.name,
      message,
    }));
  });
}

function messagesOf(target: Target, alerts: Alert[]): Message[] {
  if (target.kind === "webhook") return alerts.map((alert) => ({alerts: [alert]}));
  return "to" in target ? target.to.map((to) => ({to, alerts})) : [{alerts}];
}

function idOf(name: string, {to, alerts}: Message): string {
  const parts = alerts.map(({fingerprint, startsAt, status}) => [fingerprint, startsAt, status]);
  return `msg_${createHash("sha256")
    .update(JSON.stringify([name, to, parts]))
    .digest("hex")
    .slice(0, 32)}`;
}

interface Request {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * The HTTP request of a message.
 *
 * @throws Error if a Secret's file is missing or not what it should be
 */
export function requestOf(target: HttpTarget, {id, message}: Delivery, now = Date.now()): Request {
  if (target.kind === "sms") {
    const login = `${secret(target.secret, "username")}:${secret(target.secret, "password")}`;
    return {
      url: target.url,
      headers: {
        authorization: `Basic ${Buffer.from(login).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": id,
      },
      body: new URLSearchParams({From: target.from, To: message.to!, Body: textOf(message.alerts)}).toString(),
    };
  }
  if (target.kind !== "webhook") {
    const card = target.kind === "slack" ? slackOf(message.alerts, target.channel) : teamsOf(message.alerts);
    return {url: secret(target.urlFile), headers: {"content-type": "application/json"}, body: JSON.stringify(card)};
  }
  const [alert] = message.alerts;
  const timestamp = (alert!.status === "resolved" && alert!.endsAt) || alert!.startsAt;
  const body = JSON.stringify({type: `alert.${alert!.status}`, timestamp, data: alert});
  return {
    url: secret(target.urlFile),
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      ...(target.signingFile ? sign(secret(target.signingFile), id, body, now) : {}),
    },
    body,
  };
}

export const secret = (...path: string[]): string => readFileSync(path.join("/"), "utf8").trim();

/** Ten parts of an SMS at most. */
const SMS_CHARACTERS = 1_530;

const textOf = (alerts: Alert[]): string =>
  alerts
    .map(({status, severity, labels, summary}) =>
      `${status === "firing" ? severity.toUpperCase() : "RESOLVED"} ${labels.pipeline ?? ""}: ${summary}`.trim(),
    )
    .join("\n")
    .slice(0, SMS_CHARACTERS);
