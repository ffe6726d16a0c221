import {createHash} from "node:crypto";
import {z} from "zod";

/** An alert in a call of Alertmanager's webhook (version 4 of its format). */
const delivered = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.iso.datetime({offset: true}),
  endsAt: z.iso.datetime({offset: true}).optional(),
  fingerprint: z.string().optional(),
});

const notification = z.object({alerts: z.array(delivered).max(10_000)});

export interface Alert {
  fingerprint: string;
  status: "firing" | "resolved";
  name: string;
  severity: string;
  summary: string;
  startsAt: string;
  endsAt: string | undefined;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/**
 * The alerts of a notification.
 *
 * @throws Error naming the first field that is wrong
 */
export function parseNotification(body: string): Alert[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error("the body is no JSON");
  }
  const parsed = notification.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue!.path.join(".")}: ${issue!.message}`);
  }
  return parsed.data.alerts.map(({status, labels, annotations, startsAt, endsAt, fingerprint}) => ({
    fingerprint: fingerprint ?? fingerprintOf(labels),
    status,
    name: labels.alertname ?? "",
    severity: labels.severity ?? "none",
    summary: annotations.summary ?? "",
    startsAt,
    endsAt: status === "resolved" ? endsAt : undefined,
    labels,
    annotations,
  }));
}

/** By its labels, as Alertmanager tells alerts apart. */
const fingerprintOf = (labels: Record<string, string>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(labels).sort()))
    .digest("hex")
    .slice(0, 16);

/** The alert that is sent now and then as a sign of life. */
export const isWatchdog = ({name}: Alert): boolean => name === "TelemetryWatchdog";
