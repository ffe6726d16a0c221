import {request} from "undici";
import type {Alert} from "./wire.ts";

const LIMIT_MS = 4_000;

/** An alert as Alertmanager's API v2 gives it, as far as it is shown. */
interface GivenAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
}

/** Reads what fires for one pipeline: neither silenced nor inhibited, as in notifications. */
export function readAlertmanager(address: string, namespace: string, pipeline: string): () => Promise<Alert[]> {
  const url = new URL(`${address.replace(/\/$/, "")}/api/v2/alerts`);
  for (const [name, value] of Object.entries({namespace, pipeline}))
    url.searchParams.append("filter", `${name}="${value}"`);
  for (const name of ["silenced", "inhibited", "unprocessed"]) url.searchParams.set(name, "false");
  return async () => {
    const {statusCode, body} = await request(url, {headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS});
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`it answers ${statusCode}`);
    return shown(JSON.parse(text));
  };
}

/** The alerts for people: severity `none` is for other programs. */
const shown = (alerts: GivenAlert[]): Alert[] =>
  alerts
    .filter(({labels}) => labels.severity !== "none")
    .map(({labels, annotations, startsAt}) => ({
      severity: labels.severity === "critical" ? "critical" : "warning",
      title: labels.alertname ?? "Alert",
      detail: annotations.summary ?? "",
      source: "Alertmanager",
      since: startsAt,
      ...(annotations.description ? {meaning: annotations.description} : {}),
      ...(annotations.action ? {fix: annotations.action} : {}),
    }));
