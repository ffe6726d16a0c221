import {type Board, figure, graph, of, prometheusVariables} from "../../dashboards/kit.ts";

const latency = (quantile: number): string =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${of("telemetry_prediction_latency_seconds_bucket")}[$__rate_interval])))`;

export const predictions: Board = {
  key: "predictions",
  title: "Predictions",
  description:
    "Predictions: warnings of models and rules, how right they were, and whether models still see what they were trained on.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Warnings", "short", "Vehicles that are warned of now.", [
          `sum(${of("telemetry_decisions_active")})`,
          "vehicles",
        ]),
        figure("Events scored", "short", "Events a second that rules and models looked at.", [
          `sum(rate(${of("telemetry_scorer_events_total")}[$__rate_interval]))`,
          "events/s",
        ]),
        figure("From event to prediction", "s", "Within this time 99 of 100 predictions are stored.", [
          latency(0.99),
          "seconds",
        ]),
        figure(
          "Unusable models",
          "short",
          "Versions that were promoted and cannot be used. The status names each.",
          [`sum(${of("telemetry_model_problem")})`, "models"],
          [1, 1],
        ),
      ],
    ],
    [
      "Quality",
      [
        graph(
          "Precision",
          "percentunit",
          "Share of the warnings of the last day that were right, where that is known.",
          [`min by (model) (${of("telemetry_prediction_precision")})`, "{{model}}"],
        ),
        graph("Recall", "percentunit", "Share of what happened in the last day that was warned of.", [
          `min by (model) (${of("telemetry_prediction_recall")})`,
          "{{model}}",
        ]),
        graph(
          "Drift",
          "short",
          "Population stability index of each input of a model: above 0.25 it is not what the model was trained on.",
          [`max by (model, feature) (${of("telemetry_model_drift")})`, "{{model}} {{feature}}"],
        ),
      ],
    ],
    [
      "Flow",
      [
        graph("Predictions", "short", "Predictions a second that are stored, by what they say.", [
          `sum by (model, label) (rate(${of("telemetry_predictions_total")}[$__rate_interval]))`,
          "{{model}} {{label}}",
        ]),
        graph(
          "Latency",
          "s",
          "From the time of an event to its prediction in the database.",
          [latency(0.5), "half"],
          [latency(0.99), "99 %"],
        ),
        graph("Left out", "short", "Events a second that were not scored, by reason.", [
          `sum by (reason) (rate(${of("telemetry_scorer_left_out_total")}[$__rate_interval]))`,
          "{{reason}}",
        ]),
      ],
    ],
  ],
};
