import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

const LOGS = "`kubectl logs -l telemetry.dev/component=predictions --prefix --all-containers` has the reason.";
/** Seconds from an event to its prediction; a warning two minutes ahead has lost a quarter of its worth then. */
const LATE_SECONDS = 30;
/** A population stability index from here on is a change, by convention. */
const DRIFT = 0.25;

export function predictionAlerts(select: Select, spec: ResolvedSpec): Alert[] {
  if (!isRunning(spec) || spec.predictions.replicas === 0) return [];
  const latency = select("telemetry_prediction_latency_seconds_bucket");
  return [
    {
      name: "PredictionsStopped",
      severity: "warning",
      expr: `(sum by (namespace, pipeline) (rate(${select("telemetry_scorer_events_total")}[5m])) == 0) and on (namespace, pipeline) (sum by (namespace, pipeline) (rate(${select("telemetry_ingester_rows_total")}[5m])) > 0)`,
      for: "10m",
      summary: "No event has been scored for 10 minutes, while the stores receive events.",
      meaning: "Nobody is warned ahead. Events wait in Kafka, and are scored as soon as the scorer can.",
      fix: `Check the pods <pipeline>-scorer, and TimescaleDB, which has to take their predictions. ${LOGS}`,
      explains: ["PredictionsLate"],
    },
    {
      name: "PredictionsLate",
      severity: "warning",
      expr: `histogram_quantile(0.99, sum by (namespace, pipeline, le) (rate(${latency}[5m]))) > ${LATE_SECONDS}`,
      for: "10m",
      summary: "Predictions come more than 30 seconds after their events.",
      meaning: "Warnings come late, or after what they warn of.",
      fix: "Raise spec.predictions.replicas up to the number of partitions of the topic, or give the pods more CPU. After a backlog this ends by itself.",
    },
    {
      name: "ModelUnusable",
      severity: "warning",
      expr: `max by (namespace, pipeline, model) (${select("telemetry_model_problem")}) > 0`,
      for: "5m",
      summary: "The version of model {{ $labels.model }} that was promoted cannot be used.",
      meaning: "The version before it goes on, or else the rule: predictions are worse, and none is missing.",
      fix: "`npx telemetry-operator status <pipeline>` has the reason. `npx telemetry-operator models <pipeline> rollback --model NAME` goes back.",
    },
    {
      name: "PredictionsImprecise",
      severity: "warning",
      expr: `min by (namespace, pipeline, model) (${select("telemetry_prediction_precision")}) < 0.5`,
      for: "1h",
      summary: "More than half of the warnings of model {{ $labels.model }} in the last day were wrong.",
      meaning: "People stop to look at warnings that are mostly wrong.",
      fix: "Train anew with the newest data, raise the threshold in spec.predictions, or roll the model back: `npx telemetry-operator models <pipeline> list`.",
    },
    {
      name: "ModelInputDrifted",
      severity: "warning",
      expr: `max by (namespace, pipeline, model, feature) (${select("telemetry_model_drift")}) > ${DRIFT}`,
      for: "1h",
      summary: "The values of {{ $labels.feature }} are not those that model {{ $labels.model }} was trained on.",
      meaning:
        "A model says little of what it has never seen: a new season, other vehicles, or sensors that are wrong.",
      fix: "Look at the field on the dashboard. If the change is real, train anew when it has lasted for some days.",
    },
  ];
}
