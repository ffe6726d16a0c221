import {alertLink} from "../alerts.ts";

/** A vehicle whose unit will fail, for so long that the next day's prediction comes before it ends. */
const LASTS_MS = 25 * 3_600_000;

interface Told {
  vehicle: string;
  score: number;
}

interface About {
  namespace: string;
  pipeline: string;
  /** Of the console, where there is one. */
  site: string | undefined;
}

/** The alerts for Alertmanager about units that are predicted to fail. */
export const alertsOf = (failing: Told[], {namespace, pipeline, site}: About, now: Date): object[] =>
  failing.map(({vehicle, score}) => ({
    labels: {
      ...{alertname: "TelemetryCoolingUnitFailing", namespace, pipeline, vehicle_id: vehicle},
      ...{model: "cooling-unit", severity: "warning"},
    },
    annotations: {
      summary: `The cooling unit of ${vehicle} is likely to fail within a day.`,
      description: `The score is ${score.toFixed(2)}. Yesterday the hold recovered more slowly after stops, or was warmer on the road, than units do that stay well.`,
      action: `Have the unit checked before the next round. \`telemetry-operator query ${pipeline} --vehicle ${vehicle}\` shows the last events.`,
    },
    endsAt: new Date(now.getTime() + LASTS_MS).toISOString(),
    ...alertLink(site, vehicle),
  }));
