-- Every event, once: the primary key is what makes a replay harmless.
CREATE TABLE IF NOT EXISTS telemetry (
  vehicle_id text NOT NULL,
  ts timestamptz NOT NULL,
  latitude float8 NOT NULL,
  longitude float8 NOT NULL,
  speed float8 NOT NULL,
  temperature float8 NOT NULL,
  humidity float8 NOT NULL,
  extra jsonb,
  PRIMARY KEY (vehicle_id, ts)
);
SELECT create_hypertable('telemetry', by_range('ts'), if_not_exists => true);
