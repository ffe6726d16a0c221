-- By which specs of the event rows were made (workloads/ingester/earlier.ts): one that is read again is told from another of its vehicle and time.
CREATE TABLE IF NOT EXISTS event_spec (hash text PRIMARY KEY, spec text NOT NULL, used_at timestamptz NOT NULL);
