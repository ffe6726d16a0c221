import {createHash} from "node:crypto";
import type {GroupInfo, MasterDataMessage, VehicleMaster} from "./wire.ts";

/** The master data that pages get: of every vehicle that has any, and the groups by name. */
export type ReadMasterData = () => Promise<MasterDataMessage>;

const VEHICLES = `SELECT vehicle_id, plate, group_id AS group, group_name AS "groupName", driver_name AS driver, name, make, model, depot,
  next_service::text AS "nextService" FROM vehicle_current ORDER BY vehicle_id`;
const GROUPS = "SELECT group_id AS id, name, parent_id AS parent FROM vehicle_group_current ORDER BY name, id";

/** A server of others whose tables are not made yet, or not for this role to read, has none. */
const NONE = ["42P01", "42501"];

/** @param query runs a statement that only reads */
export function readMasterData(query: (text: string, values: unknown[]) => Promise<any[]>): ReadMasterData {
  const rows = (statement: string) =>
    query(statement, []).catch((error: Error & {code?: string}) => {
      if (NONE.includes(error.code ?? "")) return [];
      throw error;
    });
  return async () => {
    const vehicles: Record<string, VehicleMaster> = Object.create(null);
    for (const {vehicle_id, ...known} of await rows(VEHICLES)) vehicles[vehicle_id] = present(known);
    return {groups: (await rows(GROUPS)).map(present<GroupInfo>), vehicles};
  };
}

/** What has no value is left out. */
const present = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;

/** The newest answer as it is sent, and a name for it that changes with it; undefined while there is no master data. */
export function keepMasterData(read: ReadMasterData) {
  let kept: {version: string; text: string} | undefined;
  return {
    get version() {
      return kept?.version;
    },
    get text() {
      return kept?.text;
    },
    async poll(): Promise<void> {
      const message = await read();
      const isEmpty = message.groups.length === 0 && Object.keys(message.vehicles).length === 0;
      const text = JSON.stringify(message);
      if (isEmpty) kept = undefined;
      else if (text !== kept?.text)
        kept = {version: createHash("sha256").update(text).digest("hex").slice(0, 16), text};
    },
  };
}
