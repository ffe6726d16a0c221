-- Flink 2.2.1: https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/connectors/table/kafka/ and …/jdbc/
-- Guarantee: offsets are part of a checkpoint, before which the sink writes what it holds; with a PRIMARY KEY it upserts, "effectively
-- exactly once": the same as ours.
SET 'pipeline.name' = 'bench';
SET 'parallelism.default' = '${PARALLELISM}';
SET 'execution.checkpointing.interval' = '5 s';
SET 'execution.checkpointing.mode' = 'AT_LEAST_ONCE';
SET 'pipeline.object-reuse' = 'true';

CREATE TABLE events (
  vehicle_id STRING, `timestamp` TIMESTAMP_LTZ(3), latitude DOUBLE, longitude DOUBLE, speed DOUBLE, temperature DOUBLE,
  humidity DOUBLE
) WITH (
  'connector' = 'kafka', 'topic' = '${KAFKA_TOPIC}', 'properties.bootstrap.servers' = '${KAFKA_BROKERS}',
  'properties.group.id' = '${KAFKA_GROUP}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601', 'properties.max.partition.fetch.bytes' = '4194304'
);

-- PostgreSQL's dialect takes TIMESTAMP only; the JVM runs in UTC.
CREATE TABLE telemetry (
  vehicle_id STRING, ts TIMESTAMP(3), latitude DOUBLE, longitude DOUBLE, speed DOUBLE, temperature DOUBLE, humidity DOUBLE,
  PRIMARY KEY (vehicle_id, ts) NOT ENFORCED
) WITH (
  -- reWriteBatchedInserts: as the connector's documentation advises for PostgreSQL.
  'connector' = 'jdbc', 'url' = 'jdbc:postgresql://${PGHOST}:${PGPORT}/${PGDATABASE}?reWriteBatchedInserts=true',
  'table-name' = 'telemetry', 'username' = '${PGUSER}', 'password' = '${PGPASSWORD}',
  'sink.buffer-flush.max-rows' = '${BATCH}', 'sink.buffer-flush.interval' = '1s', 'sink.max-retries' = '5'
);

INSERT INTO telemetry
SELECT vehicle_id, CAST(`timestamp` AS TIMESTAMP(3)), latitude, longitude, speed, temperature, humidity FROM events;
