/** What a fleet knows of its vehicles and they do not send: one table of TimescaleDB for each kind, with history. */
interface MasterKind {
  table: string;
  /** One of them, for messages. */
  one: string;
  /** The column by which a row is known. */
  key: string;
  /** Further columns, and their types. */
  columns: Record<string, "text" | "date">;
}

export const MASTER_DATA = {
  vehicles: {
    table: "vehicle",
    one: "vehicle",
    key: "vehicle_id",
    columns: {
      plate: "text",
      vin: "text",
      name: "text",
      make: "text",
      model: "text",
      group_id: "text",
      driver_id: "text",
      depot: "text",
      last_service: "date",
      next_service: "date",
    },
  },
  drivers: {
    table: "driver",
    one: "driver",
    key: "driver_id",
    columns: {name: "text", phone: "text", email: "text"},
  },
  groups: {table: "vehicle_group", one: "group", key: "group_id", columns: {name: "text", parent_id: "text"}},
} as const satisfies Record<string, MasterKind>;

export type MasterKindName = keyof typeof MASTER_DATA;

export const MASTER_KINDS = Object.keys(MASTER_DATA) as [MasterKindName, ...MasterKindName[]];

/** The properties of a kind, of whatever columns. */
export const masterKind = (name: MasterKindName): MasterKind => MASTER_DATA[name];

/** A column of a file whose name begins so is a further attribute of the row. */
export const ATTRIBUTE = "attributes.";
