-- Flink 2.2.1 with the sink of Iceberg 1.11: https://iceberg.apache.org/docs/latest/flink-writes/
-- Guarantee: a commit with each checkpoint, which has the offsets: exactly once, the same as ours. The table is as our own set-up makes it: by day, zstd.
SET 'pipeline.name' = 'bench';
SET 'parallelism.default' = '${PARALLELISM}';
SET 'execution.checkpointing.interval' = '${LAKE_COMMIT_INTERVAL_SECONDS} s';
SET 'execution.checkpointing.mode' = 'EXACTLY_ONCE';
SET 'pipeline.object-reuse' = 'true';

CREATE CATALOG lake WITH (
  'type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = '${LAKE_CATALOG_URI}', 'warehouse' = '${LAKE_WAREHOUSE}',
  'rest.auth.type' = 'oauth2', 'credential' = '${LAKE_CATALOG_CLIENT_ID}:${LAKE_CATALOG_CLIENT_SECRET}',
  'oauth2-server-uri' = '${LAKE_CATALOG_OAUTH2_URI}', 'scope' = 'PRINCIPAL_ROLE:ALL',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO', 's3.endpoint' = '${LAKE_S3_ENDPOINT}', 's3.path-style-access' = 'true',
  's3.access-key-id' = '${AWS_ACCESS_KEY_ID}', 's3.secret-access-key' = '${AWS_SECRET_ACCESS_KEY}', 'client.region' = 'us-east-1'
);

CREATE TEMPORARY TABLE events (
  vehicle_id STRING, `timestamp` TIMESTAMP_LTZ(3), latitude DOUBLE, longitude DOUBLE, speed DOUBLE, temperature DOUBLE,
  humidity DOUBLE, kafka_topic STRING METADATA FROM 'topic' VIRTUAL, kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL
) WITH (
  'connector' = 'kafka', 'topic' = '${KAFKA_TOPIC}', 'properties.bootstrap.servers' = '${KAFKA_BROKERS}',
  'properties.group.id' = '${KAFKA_GROUP}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601', 'properties.max.partition.fetch.bytes' = '4194304'
);

-- Each writer writes what it reads, which is the cheapest way: rows are neither sent to another one by their day, nor sorted.
INSERT INTO lake.${LAKE_NAMESPACE}.events /*+ OPTIONS('distribution-mode' = 'none') */
SELECT vehicle_id, CAST(`timestamp` AS TIMESTAMP_LTZ(6)), latitude, longitude, speed, temperature, humidity, CAST(NULL AS INT),
  CAST(NULL AS STRING), kafka_topic, kafka_partition, kafka_offset, 0
FROM events;
