/** A vehicle whose unit will fail, for so long that the next day's prediction comes before it ends. */
const LASTS_MS = 25 * 3_600_000;

interface Told {
  vehicle: string;
  label: string;
  score: number;
}

interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  endsAt: string;
}

/** The alerts for Alertmanager that predictions lead to. */
export const decide = (predictions: Told[], about: {namespace: string; pipeline: string}, now: Date): Alert[] =>
  predictions
    .filter(({label}) => label === "failing")
    .map(({vehicle, score}) => ({
      labels: {
        alertname: "TelemetryCoolingUnitFailing",
        ...about,
        vehicle_id: vehicle,
        model: "cooling-unit",
        severity: "warning",
      },
      annotations: {
        summary: `The cooling unit of ${vehicle} is likely to fail within a day (score ${score.toFixed(2)})`,
      },
      endsAt: new Date(now.getTime() + LASTS_MS).toISOString(),
    }));

/** @param url of Alertmanager, without its path */
export async function post(url: string, alerts: Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(alerts),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
}
