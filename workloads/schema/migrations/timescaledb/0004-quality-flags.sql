-- What is doubtful about an event, as bits (api/event/quality.ts); NULL where nothing is. No row is touched.
ALTER TABLE telemetry ADD COLUMN IF NOT EXISTS quality_flags smallint;
