import {request} from "undici";
import type {ModelName} from "../../api/models.ts";
import type {Warning} from "./decisions.ts";
import {type Words, wordsOf} from "./words.ts";

/** What the alerts of a pipeline have in common. */
export interface About extends Words {
  namespace: string;
  /** Of the console, where there is one. */
  site: string | undefined;
}

/** Alertmanager resolves an alert by itself that is not renewed. */
export const LASTS_MS = 180_000;
const LIMIT_MS = 4_000;

const NAMES: Partial<Record<ModelName, string>> = {
  "cold-chain-breach": "TelemetryColdChainBreachPredicted",
  "sensor-fault": "TelemetryTemperatureSensorFault",
};

export function alertOf(
  about: About,
  {vehicle, model, label, score, startedAt, endedAt}: Warning,
  now: number,
): object {
  const {namespace, pipeline, site} = about;
  return {
    labels: {alertname: NAMES[model], namespace, pipeline, vehicle_id: vehicle, model, severity: "warning"},
    annotations: wordsOf(about, {vehicle, model, label, score}),
    startsAt: new Date(startedAt).toISOString(),
    endsAt: new Date(endedAt ?? now + LASTS_MS).toISOString(),
    ...alertLink(site, vehicle),
  };
}

/** Where people see the vehicle. @param site the console's URL, where there is one */
export const alertLink = (site: string | undefined, vehicle: string): {generatorURL?: string} =>
  site ? {generatorURL: `${site.replace(/\/$/, "")}/?${new URLSearchParams({vehicle})}`} : {};

/** @throws Error with Alertmanager's words */
export async function postAlerts(url: string, alerts: object[]): Promise<void> {
  const {statusCode, body} = await request(`${url.replace(/\/$/, "")}/api/v2/alerts`, {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(alerts),
    headersTimeout: LIMIT_MS,
    bodyTimeout: LIMIT_MS,
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`it answers ${statusCode}: ${text.slice(0, 200)}`);
}
