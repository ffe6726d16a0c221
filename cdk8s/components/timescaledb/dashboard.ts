import {type Board, figure, graph, of, prometheusVariables, rate} from "../../dashboards/kit.ts";

const telemetry = 'datname="telemetry"';
const hits = `sum(${rate("pg_stat_database_blks_hit", telemetry)})`;
const reads = `sum(${rate("pg_stat_database_blks_read", telemetry)})`;

export const timescaledb: Board = {
  key: "timescaledb",
  title: "TimescaleDB",
  description: "TimescaleDB: PostgreSQL statistics from the exporter, and chunks of the hypertable.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Server answers", "bool_on_off", "Whether the exporter can connect to the database.", [
          of("pg_up"),
          "server",
        ]),
        figure(
          "Connections, share of the limit",
          "percentunit",
          "At 1, no further client can connect.",
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
          "Chunks of the hypertable. Thousands of chunks slow query planning down.",
          [of("timescaledb_chunks"), "chunks"],
          [1_000, 5_000],
        ),
        figure(
          "Age of the oldest chunk",
          "s",
          "Time since the end of the oldest chunk. It is dropped once it is older than spec.timescaledb.retention.",
          [`max(${of("timescaledb_oldest_chunk_age_seconds")})`, "age"],
        ),
        figure("Cache hits", "percentunit", "Share of blocks found in memory. Below 0.9, more memory would help.", [
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
          "Rows of all tables, as counted by the server.",
          [`sum(${rate("pg_stat_database_tup_inserted", telemetry)})`, "inserted"],
          [`sum(${rate("pg_stat_database_tup_fetched", telemetry)})`, "read by index"],
        ),
        graph(
          "Transactions",
          "ops",
          "Committed and rolled-back transactions a second.",
          [`sum(${rate("pg_stat_database_xact_commit", telemetry)})`, "committed"],
          [`sum(${rate("pg_stat_database_xact_rollback", telemetry)})`, "rolled back"],
        ),
        graph("Connections", "short", "Connections by state.", [
          `sum by (state) (${of("pg_stat_activity_count", telemetry)})`,
          "{{state}}",
        ]),
        graph(
          "Longest transaction",
          "s",
          "Age of the oldest transaction by state. An idle transaction prevents vacuuming.",
          [`max by (state) (${of("pg_stat_activity_max_tx_duration", telemetry)})`, "{{state}}"],
        ),
        graph("Locks", "short", "Held locks by mode.", [
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
        graph("Temporary files", "Bps", "Temporary files of queries that exceed their memory.", [
          `sum(${rate("pg_stat_database_temp_bytes", telemetry)})`,
          "written",
        ]),
        graph("Deadlocks", "ops", "Deadlocks a second.", [
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
