-- What the stream job writes: windows of each vehicle, alerts, and events that came too late to count.
CREATE TABLE IF NOT EXISTS vehicle_window (
  vehicle_id text NOT NULL,
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  count bigint NOT NULL,
  avg_speed float8 NOT NULL,
  max_speed float8 NOT NULL,
  avg_temperature float8 NOT NULL,
  avg_humidity float8 NOT NULL,
  distance_km float8 NOT NULL,
  PRIMARY KEY (vehicle_id, window_start)
);
SELECT create_hypertable('vehicle_window', by_range('window_start'), if_not_exists => true);
CREATE TABLE IF NOT EXISTS vehicle_alert (
  vehicle_id text NOT NULL,
  ts timestamptz NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  value float8 NOT NULL,
  latitude float8 NOT NULL,
  longitude float8 NOT NULL,
  PRIMARY KEY (vehicle_id, ts, kind, subject)
);
SELECT create_hypertable('vehicle_alert', by_range('ts'), if_not_exists => true);
CREATE TABLE IF NOT EXISTS vehicle_late (
  vehicle_id text NOT NULL,
  ts timestamptz NOT NULL,
  arrived timestamptz NOT NULL,
  PRIMARY KEY (vehicle_id, ts)
);
SELECT create_hypertable('vehicle_late', by_range('ts'), if_not_exists => true);
-- A job that begins anew may see the rest of a window only, when Kafka has dropped its first events: the row of the whole one stays.
CREATE OR REPLACE FUNCTION keep_fuller_window() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.window_end = OLD.window_end AND NEW.count < OLD.count THEN RETURN NULL; END IF; RETURN NEW; END $$;
DROP TRIGGER IF EXISTS keep_fuller_window ON vehicle_window;
CREATE TRIGGER keep_fuller_window BEFORE UPDATE ON vehicle_window FOR EACH ROW EXECUTE FUNCTION keep_fuller_window();
