import type {FigureName, MeasureName} from "../../../api/event.ts";
import {isStep} from "../../../api/geo.ts";
import type {Fault, FleetMessage, VehicleMaster} from "../wire.ts";
import {createMaster, finder, MASTER_COLUMNS, type MasterColumn, type MasterData} from "./master.ts";
import {nearTo, toX, toY} from "./projection.ts";

/**
 * A vehicle as the page knows it; x and y in the unit square of the projection, beyond its edges where it drove over the 180th meridian,
 * and NaN while nobody knows where it is.
 */
export interface Vehicle extends Record<MeasureName, number | null> {
  id: string;
  ts: number;
  latitude: number | null;
  longitude: number | null;
  fault: Fault | undefined;
  x: number;
  y: number;
  /** The place where it was drawn when the newest reading came, so that it glides on from there. */
  fromX: number;
  fromY: number;
  arrived: number;
  /** Direction of travel in radians, clockwise from north. */
  heading: number;
  /** The last places, x and y in turn, oldest first. */
  trail: number[];
  master: VehicleMaster | undefined;
}

const TRAIL = 24;

export interface Model {
  vehicles: Vehicle[];
  byId: Map<string, Vehicle>;
  /** The server's clock less this one's. */
  clock: number;
  /** Usual milliseconds between messages with this vehicle set: the time that a glide takes. */
  pace: number;
  changed: number;
  /** A vehicle that sends nothing for longer is silent; unknown before the pipeline's first message. */
  silentMs: number;
  master: MasterData;
}

export const createModel = (): Model => ({
  vehicles: [],
  byId: new Map(),
  clock: 0,
  pace: 1_000,
  changed: 0,
  silentMs: Number.POSITIVE_INFINITY,
  master: createMaster(),
});

export const isSilent = ({silentMs}: Model, {ts}: Vehicle, now: number): boolean => now - ts > silentMs;

/** How far a vehicle has glided at `time`: 0 … 1. */
export const progress = ({pace}: Model, {arrived}: Vehicle, time: number): number =>
  Math.min(1, Math.max(0, (time - arrived) / pace));

/** Takes a message that came at `time` (a clock that only runs forward). */
export function receive(model: Model, message: FleetMessage, time: number, wall: number): void {
  const {first, ids, base, rows, now} = message;
  if (first === 0 && ids.length > 0) {
    model.vehicles = [];
    model.byId.clear();
  }
  model.clock = now - wall;
  if (model.changed > 0 && rows.length > 0)
    model.pace += (Math.min(5_000, Math.max(250, time - model.changed)) - model.pace) * 0.2;
  if (rows.length > 0) model.changed = time;
  for (const [index, ms, latitude, longitude, speed, temperature, humidity, fault] of rows) {
    const old = model.vehicles[index];
    const x = longitude === null ? NaN : nearTo(toX(longitude), old?.x || 0.5);
    const y = latitude === null ? NaN : toY(latitude);
    const values = {ts: base + ms, latitude, longitude, fault, speed, temperature, humidity, x, y, arrived: time};
    if (!old) {
      const id = ids[index - first]!;
      const trail = isPlaced(values) ? [x, y] : [];
      const known = model.master.vehicles.get(id);
      const added: Vehicle = {id, ...values, fromX: x, fromY: y, heading: 0, trail, master: known};
      model.vehicles[index] = added;
      model.byId.set(id, added);
      continue;
    }
    if (!isPlaced(values)) {
      Object.assign(old, values);
      continue;
    }
    // A step that no vehicle can have driven is no line.
    if (!isPlaced(old) || !isStep(placeOf(old), placeOf(values), values.ts - old.ts)) {
      Object.assign(old, values, {fromX: x, fromY: y, heading: 0, trail: [x, y]});
      continue;
    }
    const done = progress(model, old, time);
    const fromX = old.fromX + (old.x - old.fromX) * done;
    const fromY = old.fromY + (old.y - old.fromY) * done;
    const moved = Math.hypot(x - old.x, y - old.y) > 1e-9;
    const heading = moved ? Math.atan2(x - old.x, old.y - y) : old.heading;
    if (moved) old.trail.push(x, y);
    if (old.trail.length > 2 * TRAIL) old.trail.splice(0, 2);
    Object.assign(old, values, {fromX, fromY, heading});
  }
}

export const isPlaced = ({x}: {x: number}): boolean => !Number.isNaN(x);
const placeOf = ({latitude, longitude}: Pick<Vehicle, "latitude" | "longitude">) => ({
  latitude: latitude!,
  longitude: longitude!,
});

/** How many vehicles' newest fix is none or cannot be, and how many clocks are ahead. */
export function faults(vehicles: Vehicle[]): {noFix: number; ahead: number} {
  const count = {noFix: 0, ahead: 0};
  for (const {fault} of vehicles) {
    if (fault?.noFix) count.noFix++;
    if (fault?.aheadMs) count.ahead++;
  }
  return count;
}

export type Column = "id" | FigureName | "ts" | MasterColumn;

/** The vehicles of which id, plate, name or driver contain the text, in order. */
export function listed(vehicles: Vehicle[], search: string, column: Column, descending: boolean): Vehicle[] {
  const found = vehicles.filter(finder(search));
  const sign = descending ? -1 : 1;
  return found.sort((a, b) => {
    // An unknown value is less than any other.
    const [left, right] = [sortedBy(a, column), sortedBy(b, column)];
    const order = left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : 1;
    return sign * order;
  });
}

const isMaster = (column: Column): column is MasterColumn => (MASTER_COLUMNS as readonly Column[]).includes(column);

const sortedBy = (vehicle: Vehicle, column: Column): string | number =>
  isMaster(column) ? (vehicle.master?.[column]?.toLowerCase() ?? "") : (vehicle[column] ?? -Infinity);
