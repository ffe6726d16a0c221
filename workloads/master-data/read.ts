import {ATTRIBUTE, type MasterKindName, masterKind} from "../../api/master-data.ts";
import {eachVehicle} from "../../api/vehicles-sql.ts";

const time = (name: string) => `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Groups by id or name, with all that are below them. */
const BELOW = `WITH RECURSIVE below(id) AS (
  SELECT group_id FROM vehicle_group_current WHERE group_id = $1 OR name = $1
  UNION SELECT g.group_id FROM vehicle_group_current g JOIN below ON g.parent_id = below.id)`;

const VEHICLE = `vehicle_id AS vehicle, plate, group_name AS group, driver_name AS driver, depot, name, make, model, vin,
  last_service::text, next_service::text, nullif(attributes, '{}') AS attributes`;

const SEEN = `${eachVehicle("true")}, seen AS MATERIALIZED (SELECT id FROM vehicle WHERE id IS NOT NULL)`;

/** What is listed: the present rows of a kind, vehicles of a group, vehicles that have never sent an event, or vehicles that have no row. */
export const LISTS = {
  vehicles: `SELECT ${VEHICLE} FROM vehicle_current ORDER BY vehicle_id`,
  drivers: `SELECT driver_id AS driver, d.name, phone, email, nullif(d.attributes, '{}') AS attributes,
  (SELECT count(*)::int FROM vehicle v WHERE v.driver_id = d.driver_id AND v.valid_to IS NULL) AS vehicles
FROM driver_current d ORDER BY driver_id`,
  groups: `SELECT group_id AS group, g.name, parent_id AS parent, nullif(g.attributes, '{}') AS attributes,
  (SELECT count(*)::int FROM vehicle v WHERE v.group_id = g.group_id AND v.valid_to IS NULL) AS vehicles
FROM vehicle_group_current g ORDER BY group_id`,
  ofGroup: `${BELOW} SELECT ${VEHICLE} FROM vehicle_current WHERE group_id IN (SELECT id FROM below) ORDER BY vehicle_id`,
  withoutEvents: `${SEEN} SELECT ${VEHICLE} FROM vehicle_current WHERE NOT EXISTS (SELECT FROM seen WHERE id = vehicle_id) ORDER BY vehicle_id`,
  withoutMasterData: `${SEEN} SELECT id AS vehicle, ${time("newest")} AS newest FROM seen CROSS JOIN LATERAL (
  SELECT ts AS newest FROM telemetry WHERE vehicle_id = id ORDER BY ts DESC LIMIT 1) event
WHERE NOT EXISTS (SELECT FROM vehicle_current WHERE vehicle_id = id) ORDER BY id`,
};

/** A group of this id or name, or one at all. */
export const GROUP_KNOWN = "SELECT FROM vehicle_group_current WHERE group_id = $1 OR name = $1 LIMIT 1";

/** The names of the attributes that rows have. */
export const attributesOf = (kind: MasterKindName, history: boolean): string =>
  `SELECT DISTINCT jsonb_object_keys(attributes) AS name FROM ${masterKind(kind).table}${history ? "" : " WHERE valid_to IS NULL"} ORDER BY 1`;

/** All rows of a kind as a file has them: the present ones as an import takes them, or each with its time. */
export function exported(kind: MasterKindName, history: boolean): string {
  const {table, key, columns} = masterKind(kind);
  const own = Object.entries(columns).map(([name, type]) => (type === "date" ? `${name}::text` : name));
  const times = history ? `, ${time("valid_from")} AS valid_from, ${time("valid_to")} AS valid_to` : "";
  return `SELECT ${[key, ...own]}${times}, attributes FROM ${table}${history ? "" : " WHERE valid_to IS NULL"} ORDER BY ${key}, ${table}.valid_from`;
}

/** The columns of such a file. */
export const exportedColumns = (kind: MasterKindName, history: boolean, attributes: string[]): string[] => [
  masterKind(kind).key,
  ...Object.keys(masterKind(kind).columns),
  ...(history ? ["valid_from", "valid_to"] : []),
  ...attributes.map((name) => `${ATTRIBUTE}${name}`),
];
