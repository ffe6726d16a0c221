import pg from "pg";
import {MASTER_DATA, type MasterKindName, masterKind} from "../../api/master-data.ts";

/**
 * What brings rows into the tables of master data, set by set. Rows wait in the temporary table `incoming`: line, key, the columns of the
 * table, valid_from where they hold from another time than now, and the attributes that they have. `change` then says what each of them means: new, changed,
 * corrected (as of the time at which the present row began), unchanged, or old (before what is known). Each statement is for one kind.
 */

/** One writer at a time; readers are not held up. */
export const LOCK = "LOCK TABLE vehicle, driver, vehicle_group IN SHARE ROW EXCLUSIVE MODE";

export const incoming = (kind: MasterKindName): string => {
  const columns = Object.entries(masterKind(kind).columns).map(([name, type]) => `${name} ${type}, `);
  return `CREATE TEMPORARY TABLE incoming (line bigint NOT NULL, key text NOT NULL, ${columns.join("")}
  valid_from timestamptz, attributes jsonb NOT NULL DEFAULT '{}') ON COMMIT DROP`;
};

/** Which of a row's values a source has; the others stay as they are. */
export interface Given {
  given: string[];
  attributes: string[];
}

const TICK = "interval '1 microsecond'";

/** @param moment the time of the import, as a literal */
export function change(kind: MasterKindName, {given, attributes}: Given, moment: string): string {
  const {table, key, columns} = masterKind(kind);
  const names = attributes.map((name) => pg.escapeLiteral(name));
  const merged = (old: string) =>
    names.length === 0
      ? `coalesce(${old}.attributes, '{}')`
      : `(coalesce(${old}.attributes, '{}') - ARRAY[${names}]) || i.attributes`;
  const isSame = (old: string) =>
    [
      `${old}.${key} IS NOT NULL`,
      ...given.map((name) => `i.${name} IS NOT DISTINCT FROM ${old}.${name}`),
      `${merged(old)} = ${old}.attributes`,
    ].join(" AND ");
  const values = Object.keys(columns).map((name) => `${given.includes(name) ? "i" : "is_now"}.${name}`);
  return `CREATE TEMPORARY TABLE change ON COMMIT DROP AS
SELECT i.line, i.key, ${values}, ${merged("is_now")} AS attributes, coalesce(is_now.valid_from, ended.at) AS begun,
  coalesce(i.valid_from, greatest(${moment}, is_now.valid_from + ${TICK}, ended.at)) AS since,
  CASE WHEN ${isSame("is_now")} OR ${isSame("was")} THEN 'unchanged'
    WHEN i.valid_from < coalesce(is_now.valid_from, ended.at) THEN 'old'
    WHEN is_now.${key} IS NULL THEN 'new'
    WHEN i.valid_from = is_now.valid_from THEN 'corrected' ELSE 'changed' END AS outcome
FROM incoming i
LEFT JOIN ${table} is_now ON is_now.${key} = i.key AND is_now.valid_to IS NULL
LEFT JOIN ${table} was ON was.${key} = i.key AND was.valid_from <= i.valid_from AND was.valid_to > i.valid_from
LEFT JOIN (SELECT ${key} AS key, max(valid_to) AS at FROM ${table} GROUP BY 1) ended ON ended.key = i.key`;
}

/** Ends, corrects and opens rows as `change` says. */
export function apply(kind: MasterKindName): string[] {
  const {table, key, columns} = masterKind(kind);
  const all = [...Object.keys(columns), "attributes"];
  return [
    `UPDATE ${table} t SET valid_to = c.since FROM change c WHERE c.outcome = 'changed' AND t.${key} = c.key AND t.valid_to IS NULL`,
    `UPDATE ${table} t SET ${all.map((name) => `${name} = c.${name}`)} FROM change c
WHERE c.outcome = 'corrected' AND t.${key} = c.key AND t.valid_to IS NULL`,
    `INSERT INTO ${table} (${key}, ${all}, valid_from) SELECT key, ${all}, since FROM change WHERE outcome IN ('new', 'changed')`,
  ];
}

/** Ends the rows of which the source no longer knows. */
export const closeMissing = (kind: MasterKindName, moment: string): string => {
  const {table, key} = masterKind(kind);
  return `UPDATE ${table} t SET valid_to = greatest(${moment}, valid_from + ${TICK})
WHERE valid_to IS NULL AND NOT EXISTS (SELECT FROM incoming i WHERE i.key = t.${key})`;
};

/** What a vehicle refers to: by id, or by a name that only one has. */
export const REFERENCES = [MASTER_DATA.groups, MASTER_DATA.drivers];
type Reference = (typeof REFERENCES)[number];

/** Those that have no row of their own under their id. */
const unknown = ({table, key}: Reference) =>
  `i.${key} IS NOT NULL AND NOT EXISTS (SELECT FROM ${table} r WHERE r.${key} = i.${key} AND r.valid_to IS NULL)`;
const byName = ({table, key}: Reference, having: string) =>
  `(SELECT name, min(${key}) AS id FROM ${table} WHERE valid_to IS NULL AND name IS NOT NULL GROUP BY name HAVING count(*) ${having})`;

export const ambiguous = (reference: Reference): string => `SELECT i.line, i.${reference.key} AS name
FROM incoming i JOIN ${byName(reference, "> 1")} named ON named.name = i.${reference.key} WHERE ${unknown(reference)} ORDER BY 1`;

export const resolve = (reference: Reference): string => `UPDATE incoming i SET ${reference.key} = named.id
FROM ${byName(reference, "= 1")} named WHERE named.name = i.${reference.key} AND ${unknown(reference)}`;

/** Rows for those that nobody has named before, from the time at which a vehicle first has them. */
export const makeMissing = (reference: Reference, moment: string): string => `WITH missing AS (
  SELECT i.${reference.key} AS key, min(coalesce(i.valid_from, ${moment})) AS since FROM incoming i WHERE ${unknown(reference)} GROUP BY 1)
INSERT INTO ${reference.table} (${reference.key}, name, valid_from)
SELECT key, key, greatest(since, (SELECT max(valid_to) FROM ${reference.table} r WHERE r.${reference.key} = key)) FROM missing`;

/** Lines of groups whose parent is none, or which are above themselves. */
export const ORPHANS = `SELECT i.line, i.parent_id AS name FROM incoming i WHERE i.parent_id IS NOT NULL
AND NOT EXISTS (SELECT FROM vehicle_group g WHERE g.group_id = i.parent_id AND g.valid_to IS NULL) ORDER BY 1`;
export const CIRCLES = `WITH RECURSIVE above(id, at) AS (
  SELECT group_id, parent_id FROM vehicle_group WHERE valid_to IS NULL AND parent_id IS NOT NULL
  UNION SELECT a.id, g.parent_id FROM above a JOIN vehicle_group g ON g.group_id = a.at AND g.valid_to IS NULL AND g.parent_id IS NOT NULL)
SELECT i.line, a.id AS name FROM above a JOIN incoming i ON i.key = a.id WHERE a.id = a.at ORDER BY 1`;

export const TWICE = `SELECT key AS name, (array_agg(line ORDER BY line))[1:2] AS lines FROM incoming GROUP BY key HAVING count(*) > 1 ORDER BY min(line)`;
export const FUTURE = (moment: string) =>
  `SELECT line, valid_from FROM incoming WHERE valid_from > ${moment} ORDER BY 1`;
export const OLD = "SELECT line, key AS name, begun FROM change WHERE outcome = 'old' ORDER BY 1";
