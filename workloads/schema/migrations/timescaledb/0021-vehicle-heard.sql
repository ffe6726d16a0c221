-- When each vehicle was heard last, as the alert receiver saw: it is silent until it speaks or is retired. newest is what its clock said.
CREATE TABLE IF NOT EXISTS vehicle_heard (
  vehicle_id text PRIMARY KEY, newest timestamptz NOT NULL, heard_at timestamptz NOT NULL, retired_at timestamptz);
