import type {EventColumn} from "../../api/event/columns.ts";
import type {Identity} from "../../api/event/identity.ts";
import {type Catalogue, isConflict, isMissing, type TableId} from "../lake/iceberg/catalogue.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import {openTable} from "../lake/iceberg/table.ts";
import {defaultSpec, headOf, type TableMetadata} from "../lake/iceberg/types.ts";
import {
  additionOf,
  EVENTS,
  eventTableColumns,
  IDENTITY_PROPERTY,
  madeColumns,
  newTable,
  type TablePlan,
  tablePlans,
  typesOf,
} from "../lake/tables.ts";
import {missingOf, unnotedOf} from "./columns.ts";
import {SchemaProblem} from "./migrations.ts";

interface Wanted {
  namespace: string;
  columns: EventColumn[];
  identity: Identity;
}

/**
 * Makes the lake's tables, and the columns that the table of events lacks.
 *
 * @returns what was made
 * @throws SchemaProblem what only a person can put right
 */
export async function prepareTables(
  catalogue: Catalogue,
  objects: Objects,
  {namespace, columns, identity}: Wanted,
): Promise<string[]> {
  await unlessThere(catalogue.createNamespace(namespace));
  const made: string[] = [];
  for (const [name, plan] of Object.entries(tablePlans(columns, identity))) {
    const isMade = await makeTable(catalogue, {namespace, name}, plan);
    if (isMade) made.push(`table ${namespace}.${name}`);
  }
  const table = openTable(catalogue, objects, {namespace, name: EVENTS});
  await table.commit(({metadata}) => {
    const missing = changesOf(metadata, columns, identity);
    const added = missing.columns.map(({name}) => `column ${namespace}.${EVENTS}.${name}`);
    made.push(...added.filter((one) => !made.includes(one)));
    return {updates: missing.updates};
  });
  return made;
}

/** Returns whether it was not there. */
export const makeTable = (catalogue: Catalogue, id: TableId, plan: TablePlan): Promise<boolean> =>
  unlessThere(
    catalogue.loadTable(id).then(
      () => {
        throw THERE;
      },
      (error) => {
        if (!isMissing(error)) throw error;
        return catalogue.createTable(id, newTable(plan));
      },
    ),
  );

/** That another set-up was first, or the one before. */
const THERE = new Error("it is there");

const unlessThere = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error) => {
      if (error === THERE || isConflict(error)) return false;
      throw error;
    },
  );

/** @throws SchemaProblem if the table is not one that the ingester can write to */
function changesOf(metadata: TableMetadata, columns: EventColumn[], identity: Identity) {
  const types = typesOf(metadata);
  const [day] = defaultSpec(metadata).fields;
  if (day?.transform !== "day")
    throw new SchemaProblem(
      `table ${EVENTS} of the lake is partitioned by ${day ? day.transform : "nothing"}, not by day of timestamp: put that back, or give the pipeline another namespace`,
    );
  const was = metadata.properties?.[IDENTITY_PROPERTY] ?? identity;
  if (was !== identity && headOf(metadata))
    throw new SchemaProblem(
      `spec.event.identity: the rows of table ${EVENTS} of the lake have ${was} as their key, which cannot be changed: set it to ${was}, or give the pipeline another namespace`,
    );
  const made = madeColumns(metadata);
  const ours = new Set(columns.map(({name}) => name));
  const wrong = eventTableColumns(columns).filter(
    ({name, type}) => !ours.has(name) && Object.hasOwn(types, name) && types[name] !== type,
  );
  if (wrong.length > 0)
    throw new SchemaProblem(
      wrong.map(({name, type}) => `column ${EVENTS}.${name} of the lake is ${types[name]}, not ${type}`).join("; "),
    );
  missingOf("lake", columns, types, made);
  const missing = eventTableColumns(columns).filter(({name}) => !Object.hasOwn(types, name));
  const unnoted = unnotedOf(columns, made);
  const isSame = missing.length === 0 && unnoted.length === 0 && was === identity;
  return {
    columns: missing,
    updates: isSame ? [] : additionOf(metadata, missing, [...made, ...unnoted], identity),
  };
}
