import {hasAlertReceiver} from "../../../api/components/alerting.ts";
import {isForwarded, type Receiver} from "../../../api/components/receivers.ts";
import {TelemetryError} from "../../../api/errors.ts";
import type {ResolvedSpec} from "../../../api/pipeline.ts";
import type {KubeClient} from "../../runtime/client.ts";
import {builtin} from "../../runtime/types.ts";
import type {Sources} from "../component.ts";

/** A Secret's key that a receiver names, and whether a URL has to be in it. */
interface Need {
  field: string;
  secret: string;
  key: string;
  url?: boolean;
}

/** The receivers that can work, and why the first of the others cannot. */
export interface Routing {
  receivers: Receiver[];
  fault?: TelemetryError | undefined;
}

declare module "../../../cdk8s/context.ts" {
  interface Facts {
    "alert-routes"?: Routing;
  }
}

/** A Secret of a user is read again after this long; one that is missing or wrong, at each reconcile. */
const READ_MS = 30_000;

/**
 * Leaves out the receivers whose Secret is missing or holds no URL: the Prometheus operator would refuse the routes of all the others
 * with them.
 */
export async function usableReceivers({spec, namespace, client, notes, now}: Sources): Promise<Routing | undefined> {
  const {enabled, receivers = []} = spec.observability.alerting;
  if (!client || !enabled || receivers.length === 0) return undefined;
  const isKept = hasAlertReceiver(spec);
  const wanted = JSON.stringify([receivers, isKept]);
  const last: {at: number; wanted: string; routing: Routing} | undefined = notes.get("receivers");
  if (last?.wanted === wanted && !last.routing.fault && now - last.at < READ_MS) return last.routing;
  const faults = await Promise.all(receivers.map((receiver) => faultOf(client, namespace, receiver, isKept)));
  const routing: Routing = {
    receivers: receivers.filter((_, index) => !faults[index]),
    fault: faults.find((fault) => fault !== undefined),
  };
  notes.set("receivers", {at: now, wanted, routing});
  return routing;
}

/** The spec with those receivers that can work. */
export function withReceivers(spec: ResolvedSpec, routing: Routing | undefined): ResolvedSpec {
  if (!routing) return spec;
  const {alerting, ...others} = spec.observability;
  return {...spec, observability: {...others, alerting: {...alerting, receivers: routing.receivers}}};
}

async function faultOf(
  client: KubeClient,
  namespace: string,
  receiver: Receiver,
  kept: boolean,
): Promise<TelemetryError | undefined> {
  const path = `spec.observability.alerting.receivers[${receiver.name}]`;
  if (isForwarded(receiver) && !kept) {
    return new TelemetryError(
      "InvalidReceiver",
      `${path}: SMS, webhooks and receivers with retry need spec.timescaledb.enabled, where messages are stored until they are delivered`,
    );
  }
  for (const {field, secret, key, url} of needsOf(receiver)) {
    const data = (await client.get(builtin.secret, {name: secret, namespace}))?.data;
    const where = `${path}.${field}: Secret ${secret}`;
    const value = data?.[key] && Buffer.from(data[key], "base64").toString().trim();
    if (!value) {
      const problem = data ? `lacks ${key}` : "does not exist";
      return new TelemetryError(
        "MissingSecret",
        `${where} ${problem}; create it in namespace ${namespace} with ${key}`,
      );
    }
    if (url && !isUrl(value)) {
      return new TelemetryError(
        "InvalidReceiver",
        `${where}, key ${key} is not a URL: it must begin with https:// or http://`,
      );
    }
  }
  return undefined;
}

function needsOf({email, slack, teams, sms, webhook}: Receiver): Need[] {
  const need = (
    kind: string,
    field: string,
    ref: {name: string; key?: string | undefined} | undefined,
    key: string,
    url = false,
  ): Need[] => (ref ? [{field: `${kind}.${field}`, secret: ref.name, key: ref.key ?? key, url}] : []);
  return [
    ...need("email", "passwordSecretRef", email?.passwordSecretRef, "password"),
    ...need("slack", "urlSecretRef", slack?.urlSecretRef, "url", true),
    ...need("teams", "urlSecretRef", teams?.urlSecretRef, "url", true),
    ...["username", "password"].flatMap((key) => need("sms", "secret", sms && {name: sms.secret}, key)),
    ...need("webhook", "urlSecretRef", webhook?.urlSecretRef, "url", true),
    ...need("webhook", "signingSecretRef", webhook?.signingSecretRef, "secret"),
  ];
}

function isUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.hostname !== "";
}
