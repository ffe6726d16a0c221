-- Master data: what a fleet knows of its vehicles and they do not send. A row holds from valid_from until before valid_to, the present one has none;
-- rows of one key never overlap: they are written behind a lock (workloads/master-data/statements.ts).
CREATE TABLE IF NOT EXISTS vehicle_group (
  group_id text NOT NULL, valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to > valid_from),
  name text, parent_id text, attributes jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (group_id, valid_from));
CREATE UNIQUE INDEX IF NOT EXISTS vehicle_group_now ON vehicle_group (group_id) WHERE valid_to IS NULL;
CREATE TABLE IF NOT EXISTS driver (
  driver_id text NOT NULL, valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to > valid_from),
  name text, phone text, email text, attributes jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (driver_id, valid_from));
CREATE UNIQUE INDEX IF NOT EXISTS driver_now ON driver (driver_id) WHERE valid_to IS NULL;
CREATE TABLE IF NOT EXISTS vehicle (
  vehicle_id text NOT NULL, valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to > valid_from),
  plate text, vin text, name text, make text, model text, group_id text, driver_id text, depot text,
  last_service date, next_service date, attributes jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (vehicle_id, valid_from));
CREATE UNIQUE INDEX IF NOT EXISTS vehicle_now ON vehicle (vehicle_id) WHERE valid_to IS NULL;
-- The present. A group or driver that has no row of its own is shown by its id.
CREATE OR REPLACE VIEW vehicle_group_current AS
SELECT group_id, coalesce(name, group_id) AS name, parent_id, attributes, valid_from FROM vehicle_group WHERE valid_to IS NULL;
CREATE OR REPLACE VIEW driver_current AS
SELECT driver_id, coalesce(name, driver_id) AS name, phone, email, attributes, valid_from FROM driver WHERE valid_to IS NULL;
CREATE OR REPLACE VIEW vehicle_current AS
SELECT v.vehicle_id, v.plate, v.vin, v.name, v.make, v.model, v.group_id, coalesce(g.name, v.group_id) AS group_name,
  v.driver_id, coalesce(d.name, v.driver_id) AS driver_name, v.depot, v.last_service, v.next_service, v.attributes, v.valid_from
FROM vehicle v LEFT JOIN vehicle_group_current g ON g.group_id = v.group_id LEFT JOIN driver_current d ON d.driver_id = v.driver_id
WHERE v.valid_to IS NULL;
