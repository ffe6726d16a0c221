import {FRESHNESS_STEPS} from "../../api/components/alerting.ts";
import {type Board, figure, graph, of, prometheusVariables, rate} from "./kit.ts";

const quantile = (q: number, metric: string) =>
  `histogram_quantile(${q}, sum by (store, le) (${rate(`${metric}_bucket`)}))`;
const rows = `sum by (store) (${rate("telemetry_ingester_rows_total")})`;
const lag = `max by (store) (${of("telemetry_ingester_lag_events")})`;
const fresh = `min by (store) (${of("telemetry_ingester_freshness_seconds")})`;

export const pipeline: Board = {
  key: "pipeline",
  title: "Pipeline health",
  description: "From vehicles to stores: freshness, latency, lag, dead letters and losses.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure(
          "Freshness",
          "s",
          "Time since the newest stored event reached Kafka, of the worst store.",
          [`max(${fresh})`, "worst store"],
          FRESHNESS_STEPS,
        ),
        figure(
          "End-to-end latency, p95",
          "s",
          "The 95th percentile of the time from a vehicle's timestamp until its row is readable, of the worst store.",
          [`max(${quantile(0.95, "telemetry_ingester_latency_seconds")})`, "worst store"],
          [5, 30],
        ),
        figure(
          "Events that wait",
          "short",
          "Lag in events, of the worst store.",
          [`max(${lag})`, "worst store"],
          [10_000, 1_000_000],
        ),
        figure("Rows written", "rowsps", "Rows a second accepted by all stores.", [`sum(${rows})`, "all stores"]),
        figure(
          "Dead letters in range",
          "short",
          "Events in the selected time range that went to the dead-letter topic.",
          [`sum(increase(${of("telemetry_ingester_dead_letters_total")}[$__range]))`, "all stores"],
          [1, 1_000],
        ),
        figure(
          "Alerts that fire",
          "short",
          "Firing alerts of this pipeline; see docs/reference/alerts.md.",
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
          "Time since the newest stored event reached Kafka. It also grows when nothing is sent: compare with the lag.",
          [fresh, "{{store}}"],
        ),
        graph(
          "End-to-end latency",
          "s",
          "Time from a vehicle's timestamp until its row is readable. Late events of a vehicle without coverage count with their full delay.",
          [quantile(0.5, "telemetry_ingester_latency_seconds"), "{{store}} median"],
          [quantile(0.99, "telemetry_ingester_latency_seconds"), "{{store}} p99"],
        ),
        graph(
          "Time to write a batch",
          "s",
          "Time to write one batch, retries included.",
          [quantile(0.5, "telemetry_ingester_write_seconds"), "{{store}} median"],
          [quantile(0.99, "telemetry_ingester_write_seconds"), "{{store}} p99"],
        ),
        graph("Lag in events", "short", "Events that the store's whole consumer group has not committed.", [
          lag,
          "{{store}}",
        ]),
        graph("Lag by partition", "short", "The ten partitions with the largest lag. One that grows alone is stuck.", [
          `topk(10, max by (store, partition) (${of("telemetry_ingester_partition_lag")}))`,
          "{{store}} {{partition}}",
        ]),
        graph(
          "Held back and expired",
          "short",
          "Events behind open transactions, and events that expired in Kafka before the store had them.",
          [`max by (store) (${of("telemetry_ingester_held_back")})`, "{{store}} held back"],
          [
            `sum by (store) (max by (store, partition) (${of("telemetry_ingester_expired_total")}))`,
            "{{store}} expired",
          ],
        ),
        graph("Work that waits", "s", "Time to work off the lag at the present rate.", [
          `${lag} / (${rows} > 0)`,
          "{{store}}",
        ]),
        graph(
          "Dead letters",
          "eps",
          "Events a second that are invalid or rejected by a store. `telemetry-operator deadletters` lists them.",
          [`sum by (store) (${rate("telemetry_ingester_dead_letters_total")})`, "{{store}}"],
        ),
        graph(
          "Flagged events",
          "eps",
          "Events a second that are stored with a quality flag: wrong clocks, and positions that cannot be.",
          [`max by (flag) (sum by (store, flag) (${rate("telemetry_ingester_flagged_total")}))`, "{{flag}}"],
        ),
      ],
    ],
    [
      "Throughput",
      [
        graph("Events into Kafka", "eps", "Events a second into all brokers, of every topic.", [
          `sum(${rate("kafka_server_brokertopicmetrics_messagesin_total")})`,
          "all topics",
        ]),
        graph("Rows written", "rowsps", "Rows a second accepted by each store, replays included.", [rows, "{{store}}"]),
        graph("Simulated events, acknowledged", "eps", "Acknowledged events a second of the simulator, by kind.", [
          `sum by (kind) (${rate("telemetry_simulator_acknowledged_total")})`,
          "{{kind}}",
        ]),
      ],
    ],
    [
      "Programs",
      [
        graph("Pods that give metrics", "short", "Reachable targets of Prometheus, by component.", [
          `sum by (component) (${of("up")})`,
          "{{component}}",
        ]),
        graph("Memory", "bytes", "Resident memory of each program.", [
          of("process_resident_memory_bytes", 'component!~"kafka|cassandra|timescaledb"'),
          "{{pod}}",
        ]),
        graph("Event loop delay, p99", "s", "Event loop delay of Node: above 0.1 s a program has too little CPU.", [
          of("nodejs_eventloop_lag_p99_seconds"),
          "{{pod}}",
        ]),
      ],
    ],
  ],
};
