-- Averages of a window in which no event had such a reading.
ALTER TABLE vehicle_window ALTER COLUMN avg_speed DROP NOT NULL, ALTER COLUMN max_speed DROP NOT NULL,
  ALTER COLUMN avg_temperature DROP NOT NULL, ALTER COLUMN avg_humidity DROP NOT NULL;
