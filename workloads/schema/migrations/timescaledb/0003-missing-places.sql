-- A receiver without a fix has no place. No row is touched.
ALTER TABLE telemetry ALTER COLUMN latitude DROP NOT NULL, ALTER COLUMN longitude DROP NOT NULL;
