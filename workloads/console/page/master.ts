import type {GroupInfo, MasterDataMessage, VehicleMaster} from "../wire.ts";
import type {Model, Vehicle} from "./model.ts";

/** Columns of what is known of vehicles beyond what they send. */
export const MASTER_COLUMNS = ["plate", "groupName", "driver"] as const;
export type MasterColumn = (typeof MASTER_COLUMNS)[number];

/** What is known of vehicles beyond what they send, and the group to which the page is confined. */
export interface MasterData {
  vehicles: Map<string, VehicleMaster>;
  groups: GroupInfo[];
  /** The columns that any vehicle has. */
  columns: MasterColumn[];
  /** The group that is chosen; undefined: all. */
  group: string | undefined;
  /** The ids of that group and of those below it. */
  within: Set<string> | undefined;
}

export const createMaster = (): MasterData => ({
  vehicles: new Map(),
  groups: [],
  columns: [],
  group: undefined,
  within: undefined,
});

/** Takes what is known now. A group that has gone is chosen no longer. */
export function receiveMaster(model: Model, {groups, vehicles}: MasterDataMessage): void {
  const {master} = model;
  master.vehicles = new Map(Object.entries(vehicles));
  master.groups = groups;
  const all = Object.values(vehicles);
  master.columns = MASTER_COLUMNS.filter((column) => all.some((known) => known[column] !== undefined));
  for (const vehicle of model.vehicles) vehicle.master = master.vehicles.get(vehicle.id);
  chooseGroup(model, groups.some(({id}) => id === master.group) ? master.group : undefined);
}

/** Confines the page to a group and those below it, or to none. */
export function chooseGroup({master}: Model, group: string | undefined): void {
  master.group = group;
  master.within = group === undefined ? undefined : new Set([group]);
  if (!master.within) return;
  for (let size = 0; size < master.within.size; ) {
    size = master.within.size;
    for (const {id, parent} of master.groups)
      if (parent !== undefined && master.within.has(parent)) master.within.add(id);
  }
}

const isInGroup = ({master: {within}}: Model, {master}: Vehicle): boolean =>
  within === undefined || (master?.group !== undefined && within.has(master.group));

/** The vehicles of the chosen group. */
export const inGroup = (model: Model): Vehicle[] =>
  model.master.within ? model.vehicles.filter((vehicle) => isInGroup(model, vehicle)) : model.vehicles;

/** Blanks and hyphens of a plate are written in many ways. */
const plain = (text: string) => text.toLowerCase().replaceAll(/[\s.-]/g, "");

/** Finds vehicles by a part of the id, plate, name or driver. */
export function finder(search: string): (vehicle: Vehicle) => boolean {
  const wanted = search.trim().toLowerCase();
  if (!wanted) return () => true;
  const plate = plain(wanted);
  return ({id, master}) =>
    id.toLowerCase().includes(wanted) ||
    (plate !== "" && master?.plate !== undefined && plain(master.plate).includes(plate)) ||
    [master?.name, master?.driver].some((text) => text?.toLowerCase().includes(wanted));
}

/** Its id, and the plate if that is known. */
export const labelOf = ({id, master}: Vehicle): string => (master?.plate ? `${id} · ${master.plate}` : id);

/** What is known of a vehicle, in one line; empty if nothing is. */
export function masterLine({master}: Vehicle): string {
  if (!master) return "";
  const {plate, name, groupName, driver, make, model, depot, nextService} = master;
  const kind = [make, model].filter(Boolean).join(" ");
  const service = nextService && `next service ${nextService}`;
  return [plate, name, groupName, driver, kind, depot, service].filter(Boolean).join(" · ");
}
