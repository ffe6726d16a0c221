import {type Board, figure, graph, of, prometheusVariables, rate} from "./kit.ts";

const telemetry = 'datname="telemetry"';
const hits = `sum(${rate("pg_stat_database_blks_hit", telemetry)})`;
const reads = `sum(${rate("pg_stat_database_blks_read", telemetry)})`;

export const timescaledb: Board = {
  key: "timescaledb",
  title: "TimescaleDB",
  description: "PostgreSQL's own statistics by Prometheus' exporter, and the hypertable's chunks.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Server answers", "bool_on_off", "Whether the exporter reaches the database.", [of("pg_up"), "server"]),
        figure(
          "Connections, share of the limit",
          "percentunit",
          "At 1 nobody else can connect.",
          [`sum(${of("pg_stat_database_numbackends")}) / max(${of("pg_settings_max_connections")})`, "in use"],
          [0.7, 0.9],
        ),
        figure("Hypertable", "bytes", "Size of the telemetry hypertable with its indexes.", [
          of("timescaledb_hypertable_size_bytes"),
          "size",
        ]),
        figure(
          "Chunks",
          "short",
          "Chunks of the hypertable: thousands of them make planning slow.",
          [of("timescaledb_chunks"), "chunks"],
          [1_000, 5_000],
        ),
        figure(
          "Age of the oldest chunk",
          "s",
          "Time since the end of its range. It is dropped once it is past spec.timescaledb.retention.",
          [`max(${of("timescaledb_oldest_chunk_age_seconds")})`, "age"],
        ),
        figure("Cache hits", "percentunit", "Share of blocks that were in memory; below 0.9 more memory would help.", [
          `${hits} / (${hits} + ${reads})`,
          "hits",
        ]),
      ],
    ],
    [
      "Load",
      [
        graph("Rows written by the ingester", "rowsps", "Rows a second that TimescaleDB accepts.", [
          `sum(${rate("telemetry_ingester_rows_total", 'store="timescaledb"')})`,
          "rows",
        ]),
        graph(
          "Rows inserted and read",
          "rowsps",
          "As the server counts them, in all tables.",
          [`sum(${rate("pg_stat_database_tup_inserted", telemetry)})`, "inserted"],
          [`sum(${rate("pg_stat_database_tup_fetched", telemetry)})`, "read by index"],
        ),
        graph(
          "Transactions",
          "ops",
          "Transactions a second that ended well, and that were rolled back.",
          [`sum(${rate("pg_stat_database_xact_commit", telemetry)})`, "committed"],
          [`sum(${rate("pg_stat_database_xact_rollback", telemetry)})`, "rolled back"],
        ),
        graph("Connections", "short", "Connections by what they do.", [
          `sum by (state) (${of("pg_stat_activity_count", telemetry)})`,
          "{{state}}",
        ]),
        graph(
          "Longest transaction",
          "s",
          "Age of the oldest transaction in each state: one that is idle keeps old rows from being cleared away.",
          [`max by (state) (${of("pg_stat_activity_max_tx_duration", telemetry)})`, "{{state}}"],
        ),
        graph("Locks", "short", "Locks that are held, by mode.", [
          `sum by (mode) (${of("pg_locks_count", telemetry)}) > 0`,
          "{{mode}}",
        ]),
      ],
    ],
    [
      "Storage",
      [
        graph(
          "Size",
          "bytes",
          "Hypertable with its indexes, and the whole database.",
          [of("timescaledb_hypertable_size_bytes"), "hypertable"],
          [of("pg_database_size_bytes", telemetry), "database"],
        ),
        graph("Chunks", "short", "Chunks of the hypertable.", [of("timescaledb_chunks"), "chunks"]),
        graph("Temporary files", "Bps", "What queries write to disk because memory was too small.", [
          `sum(${rate("pg_stat_database_temp_bytes", telemetry)})`,
          "written",
        ]),
        graph("Deadlocks", "ops", "Transactions a second that were ended because two waited for each other.", [
          `sum(${rate("pg_stat_database_deadlocks", telemetry)})`,
          "deadlocks",
        ]),
        graph(
          "Blocks",
          "ops",
          "Blocks a second found in memory, and read from disk.",
          [hits, "in memory"],
          [reads, "from disk"],
        ),
      ],
    ],
  ],
};
