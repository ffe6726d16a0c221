import {TIME} from "../../../api/event.ts";
import {lakeConnection} from "../connection.ts";
import {type Catalogue, isMissing, openCatalogue} from "../iceberg/catalogue.ts";
import {type Objects, openObjects} from "../iceberg/objects.ts";
import {type Head, openTable, type Table} from "../iceberg/table.ts";
import {type LiveFile, specOf} from "../iceberg/types.ts";
import {BY_VEHICLE, DEAD_LETTERS, EVENTS, PREDICTIONS} from "../tables.ts";

/** A table of the lake, for those who tend it. */
export interface Tended extends Table {
  name: string;
  sortedBy: string[];
}

/** The lake for programs that change what is in it already. */
export interface Lake {
  tables: Tended[];
  objects: Objects;
  catalogue: Catalogue;
}

const SORTED: Record<string, string[]> = {
  [EVENTS]: BY_VEHICLE,
  [DEAD_LETTERS]: [TIME.name],
  [PREDICTIONS]: BY_VEHICLE,
};

/** Does some work with the tables that are there. */
export async function withLake<T>(work: (lake: Lake) => Promise<T>, connection = lakeConnection()): Promise<T> {
  const {s3, catalogue: access, namespace} = connection;
  const [catalogue, objects] = [openCatalogue(access), openObjects(s3)];
  try {
    const tables: Tended[] = [];
    for (const [name, sortedBy] of Object.entries(SORTED)) {
      const table = openTable(catalogue, objects, {namespace, name});
      const isThere = await table.load().then(
        () => true,
        (error) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
      if (isThere) tables.push({...table, name, sortedBy});
    }
    if (tables.length === 0) throw new Error("the lake has no tables yet: its set-up makes them");
    return await work({tables, objects, catalogue});
  } finally {
    objects.close();
    await catalogue.close();
  }
}

/** The data files by their day, in days since 1970. Files of a partition that is no day are left out: they are not ours. */
export function byDay(head: Head, files: LiveFile[]): Map<number, LiveFile[]> {
  const [field] = specOf(head.metadata, head.metadata["default-spec-id"]).fields;
  if (field?.transform !== "day") return new Map();
  const days = Map.groupBy(files, ({partition}) => partition[field.name] as number | null | undefined);
  return new Map([...days].flatMap(([day, all]) => (typeof day === "number" ? [[day, all] as const] : [])));
}

/** Whether an engine of others has deleted rows by files that say so, which go with the data files as they are. */
export const hasDeletes = ({manifests}: Head): boolean =>
  manifests.some(({content, added, existing}) => content !== 0 && added.files + existing.files > 0);
