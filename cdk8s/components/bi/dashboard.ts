import {type Board, figure, graph, of, prometheusVariables} from "../../dashboards/kit.ts";

const answer = (quantile: number): string =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${of("telemetry_bi_answer_seconds_bucket")}[$__rate_interval])))`;

export const bi: Board = {
  key: "bi",
  title: "BI",
  description: "BI: whether the server of reports answers, and whether its dashboards are as they are wanted.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Answers", "short", "Whether the server answers: 1, or 0 while it does not.", [
          `min(${of("telemetry_bi_up")})`,
          "up",
        ]),
        figure(
          "Missing",
          "short",
          "Datasets and dashboards that could not be made yet. The status names each.",
          [`sum(${of("telemetry_bi_objects", 'state="missing"')})`, "objects"],
          [1, 1],
        ),
        figure("Edited by people", "short", "Datasets, questions and dashboards that stay as a person left them.", [
          `sum(${of("telemetry_bi_objects", 'state="edited"')})`,
          "objects",
        ]),
        figure("Time of provisioning", "s", "Time of the last round over all datasets and dashboards.", [
          `max(${of("telemetry_bi_provision_seconds")})`,
          "seconds",
        ]),
      ],
    ],
    [
      "Server",
      [
        graph(
          "Time of an answer",
          "s",
          "To a small request that is sent every ten seconds.",
          [answer(0.5), "half"],
          [answer(0.9), "90 %"],
        ),
        graph("Up", "short", "Whether the server answers: 1, or 0 while it does not.", [
          `min(${of("telemetry_bi_up")})`,
          "up",
        ]),
      ],
    ],
  ],
};
