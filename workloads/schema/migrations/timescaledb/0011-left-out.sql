-- Events of a window whose place is none, or one to which the vehicle cannot have driven: they count, but not for the distance.
ALTER TABLE vehicle_window ADD COLUMN IF NOT EXISTS left_out bigint NOT NULL DEFAULT 0;
