import {type Board, figure, graph, of, prometheusVariables, rate} from "./kit.ts";

const quantile = (q: number, metric: string) =>
  `histogram_quantile(${q}, sum by (store, le) (${rate(`${metric}_bucket`)}))`;
const rows = `sum by (store) (${rate("telemetry_ingester_rows_total")})`;
const lag = `max by (store) (${of("telemetry_ingester_lag_events")})`;
const fresh = `min by (store) (${of("telemetry_ingester_freshness_seconds")})`;

export const pipeline: Board = {
  key: "pipeline",
  title: "Pipeline health",
  description: "Whether what vehicles send can be read back from the stores, how soon, and what was lost on the way.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure(
          "Freshness",
          "s",
          "Time since the newest event that is in the store came into Kafka, of the store that is worse.",
          [`max(${fresh})`, "worst store"],
          [30, 120],
        ),
        figure(
          "End-to-end latency, p95",
          "s",
          "From a vehicle's timestamp until its row can be read, for 95 of 100 rows, in the store that is worse.",
          [`max(${quantile(0.95, "telemetry_ingester_latency_seconds")})`, "worst store"],
          [5, 30],
        ),
        figure(
          "Events that wait",
          "short",
          "Events in Kafka that the store that is further behind does not have yet.",
          [`max(${lag})`, "worst store"],
          [10_000, 1_000_000],
        ),
        figure("Rows written", "rowsps", "Rows a second that the stores accept together.", [
          `sum(${rows})`,
          "all stores",
        ]),
        figure(
          "Dead letters in range",
          "short",
          "Events of the chosen time that could not be stored and went to the dead-letter topic.",
          [`sum(increase(${of("telemetry_ingester_dead_letters_total")}[$__range]))`, "all stores"],
          [1, 1_000],
        ),
        figure(
          "Alerts that fire",
          "short",
          "Alerts of this pipeline that fire now; see docs/reference/alerts.md.",
          [`count(${of("ALERTS", 'alertstate="firing",severity!="none"')}) or vector(0)`, "alerts"],
          [1, 5],
        ),
      ],
    ],
    [
      "From the vehicle to the store",
      [
        graph(
          "Freshness",
          "s",
          "Time since the newest event that is in each store came into Kafka. It grows when nothing is sent, too: compare with the lag.",
          [fresh, "{{store}}"],
        ),
        graph(
          "End-to-end latency",
          "s",
          "From a vehicle's timestamp until its row can be read. Late events of a vehicle without coverage count with their whole delay.",
          [quantile(0.5, "telemetry_ingester_latency_seconds"), "{{store}} median"],
          [quantile(0.99, "telemetry_ingester_latency_seconds"), "{{store}} p99"],
        ),
        graph(
          "Time to write a batch",
          "s",
          "How long a store takes for one batch, tries included.",
          [quantile(0.5, "telemetry_ingester_write_seconds"), "{{store}} median"],
          [quantile(0.99, "telemetry_ingester_write_seconds"), "{{store}} p99"],
        ),
        graph("Events that wait in Kafka", "short", "Events that the store's whole consumer group has not committed.", [
          lag,
          "{{store}}",
        ]),
        graph(
          "Events that wait, by partition",
          "short",
          "The ten partitions that are furthest behind. One that grows alone is stuck.",
          [
            `topk(10, max by (store, partition) (${of("telemetry_ingester_partition_lag")}))`,
            "{{store}} {{partition}}",
          ],
        ),
        graph(
          "Held back and expired",
          "short",
          "Events behind open transactions, which nobody can read, and events that Kafka dropped by their age before the store had them.",
          [`max by (store) (${of("telemetry_ingester_held_back")})`, "{{store}} held back"],
          [
            `sum by (store) (max by (store, partition) (${of("telemetry_ingester_expired_total")}))`,
            "{{store}} expired",
          ],
        ),
        graph("Work that waits", "s", "Time that the store needs for what waits, at its present rate.", [
          `${lag} / (${rows} > 0)`,
          "{{store}}",
        ]),
        graph(
          "Dead letters",
          "eps",
          "Events a second that break the schema or that a store refuses. `telemetry-operator deadletters` shows them.",
          [`sum by (store) (${rate("telemetry_ingester_dead_letters_total")})`, "{{store}}"],
        ),
      ],
    ],
    [
      "Throughput",
      [
        graph("Events into Kafka", "eps", "Events a second that all brokers take, of every topic.", [
          `sum(${rate("kafka_server_brokertopicmetrics_messagesin_total")})`,
          "all topics",
        ]),
        graph("Rows written", "rowsps", "Rows a second that each store accepts, replays included.", [
          rows,
          "{{store}}",
        ]),
        graph(
          "Simulated events, acknowledged",
          "eps",
          "Events a second of the simulator that Kafka has acknowledged, by kind.",
          [`sum by (kind) (${rate("telemetry_simulator_acknowledged_total")})`, "{{kind}}"],
        ),
      ],
    ],
    [
      "Programs",
      [
        graph("Pods that give metrics", "short", "Targets that Prometheus reaches, by component.", [
          `sum by (component) (${of("up")})`,
          "{{component}}",
        ]),
        graph("Memory", "bytes", "Resident memory of each program.", [
          of("process_resident_memory_bytes", 'component!~"kafka|cassandra|timescaledb"'),
          "{{pod}}",
        ]),
        graph(
          "Event loop delay, p99",
          "s",
          "How late Node's event loop is: above 0.1 s a program has too little CPU.",
          [of("nodejs_eventloop_lag_p99_seconds"), "{{pod}}"],
        ),
      ],
    ],
  ],
};
