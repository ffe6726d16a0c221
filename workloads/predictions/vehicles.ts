import {WINDOWS} from "./breach/features.ts";
import {addReading, createReadings, type Readings} from "./breach/state.ts";
import {createSensor, judgeSensor, type Sensor} from "./sensors.ts";

/** An event, as far as it is scored. */
export interface Scored {
  vehicle_id: string;
  ts: Date;
  temperature: number | null;
  speed: number | null;
  humidity: number | null;
  latitude: number | null;
  longitude: number | null;
}

/** Why an event has no score, or none of the model. One that is not sampled needs none. */
type LeftOut = "no-temperature" | "ahead" | "repeated" | "late" | "warm" | "short-history" | "not-finite";
export type Counts = Partial<Record<LeftOut, number>>;

/** What was last predicted of a vehicle by one model. */
export interface Last {
  /** undefined: nothing, of the event before. */
  label: string | undefined;
  /** The 30 s that have a prediction. */
  slot: number;
  /** Its judgements are worth hearing until this time of its own, ms since the epoch. */
  heardUntil: number;
}

export interface Vehicle {
  /** Of its newest reading, sampled or not, ms since the epoch. */
  newest: number;
  readings: Readings;
  sensor: Sensor;
  breach: Last;
  fault: Last;
}

/** A clock may be ahead of Kafka's by so much; an event of the future would make all that follow late ones. */
const AHEAD_MS = 300_000;
/** A vehicle that has said nothing for so long is forgotten, looked for as often. */
const SILENT_MS = 600_000;

const newLast = (): Last => ({label: undefined, slot: Number.NaN, heardUntil: 0});
const newVehicle = (): Vehicle => ({
  newest: Number.NEGATIVE_INFINITY,
  readings: createReadings(),
  sensor: createSensor(),
  breach: newLast(),
  fault: newLast(),
});

/** The vehicles of a partition. */
export function createVehicles() {
  const vehicles = new Map<string, Vehicle>();
  let [newest, sweptAt] = [0, 0];
  return {all: vehicles, place};

  /** The vehicle, if the event is its newest; otherwise it is counted why not. */
  function place(event: Scored, time: number, counts: Counts): Vehicle | undefined {
    const {vehicle_id, temperature, speed} = event;
    const ms = event.ts.getTime();
    if (temperature === null) return leftOut(counts, "no-temperature");
    if (ms > time + AHEAD_MS) return leftOut(counts, "ahead");
    let vehicle = vehicles.get(vehicle_id);
    // After a pause as long as the window it begins anew, as after a restart, which reads no further back.
    if (!vehicle || ms > vehicle.newest + WINDOWS.longMs) {
      vehicle = newVehicle();
      vehicles.set(vehicle_id, vehicle);
    }
    const placed = addReading(vehicle.readings, ms, temperature, speed ?? Number.NaN);
    if (placed === "repeated" || ms === vehicle.newest) return leftOut(counts, "repeated");
    if (ms < vehicle.newest) return leftOut(counts, "late");
    vehicle.newest = ms;
    newest = Math.max(newest, ms);
    sweep();
    return vehicle;
  }

  function sweep() {
    if (newest < sweptAt + SILENT_MS) return;
    sweptAt = newest;
    for (const [id, vehicle] of vehicles) if (vehicle.newest < newest - SILENT_MS) vehicles.delete(id);
  }
}

/** What the event says of its sensor. */
export function judge({sensor}: Vehicle, {ts, temperature, speed, humidity, latitude, longitude}: Scored) {
  // One figure for all of them: which of them changes is of no interest.
  const around = (speed ?? 0) + 7 * (humidity ?? 0) + 1e3 * (latitude ?? 0) + 1e5 * (longitude ?? 0);
  return judgeSensor(sensor, ts.getTime(), temperature!, around);
}

export function leftOut(counts: Counts, reason: LeftOut): undefined {
  counts[reason] = (counts[reason] ?? 0) + 1;
}
