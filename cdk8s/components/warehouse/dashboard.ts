import {type Board, figure, graph, of, prometheusVariables} from "../../dashboards/kit.ts";

const byTable = (metric: string): string => `max by (table) (${of(metric)})`;
const quantile = (share: number): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${of("telemetry_warehouse_query_seconds_bucket")}[5m])))`;
export const warehouse: Board = {
  key: "warehouse",
  title: "Warehouse",
  description: "Warehouse: Druid's tables, how far behind Kafka they are, and how fast they answer.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Newest event", "s", "Age of the newest event that Druid answers with.", [
          `time() - max(${of("telemetry_warehouse_newest_timestamp_seconds")})`,
          "age",
        ]),
        figure(
          "Events behind",
          "short",
          "Events in Kafka that a table does not have yet, of the one that lacks most.",
          [`max(${of("telemetry_warehouse_lag_events")})`, "events"],
          [10_000, 100_000],
        ),
        figure(
          "Segments that no server has",
          "short",
          "Answers lack the rows in them.",
          [`sum(${of("telemetry_warehouse_segments_unavailable")})`, "segments"],
          [1, 1],
        ),
        figure("Answer, median", "s", "Time of the answer to a small question.", [quantile(0.5), "seconds"]),
      ],
    ],
    [
      "Tables",
      [
        graph("Events behind Kafka", "short", "Events that each table does not have yet.", [
          byTable("telemetry_warehouse_lag_events"),
          "{{table}}",
        ]),
        graph("Filled", "short", "Whether the supervisor of a table reads Kafka: 1 or 0.", [
          byTable("telemetry_warehouse_table_healthy"),
          "{{table}}",
        ]),
        graph(
          "Answers",
          "s",
          "Time of the answer to a small question.",
          [quantile(0.5), "median"],
          [quantile(0.99), "99 %"],
        ),
        graph("Segments that no server has", "short", "Segments of each table that no historical has loaded.", [
          byTable("telemetry_warehouse_segments_unavailable"),
          "{{table}}",
        ]),
      ],
    ],
  ],
};
