-- What Alertmanager has told of, once each, and what is still to be sent on.
CREATE TABLE IF NOT EXISTS alert (
  fingerprint text NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz, status text NOT NULL,
  name text NOT NULL, severity text NOT NULL, summary text NOT NULL, labels jsonb NOT NULL, annotations jsonb NOT NULL,
  first_heard timestamptz NOT NULL DEFAULT now(), last_heard timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (fingerprint, starts_at));
CREATE INDEX IF NOT EXISTS alert_by_time ON alert (last_heard DESC);
CREATE TABLE IF NOT EXISTS alert_delivery (
  id text PRIMARY KEY, target text NOT NULL, message jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0, next_at timestamptz NOT NULL DEFAULT now(), delivered_at timestamptz,
  dead_at timestamptz, problem text);
CREATE INDEX IF NOT EXISTS alert_delivery_due ON alert_delivery (next_at)
  WHERE delivered_at IS NULL AND dead_at IS NULL;
