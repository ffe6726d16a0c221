import type {EventMapping} from "../../api/components/event.ts";
import type {EventColumn} from "../../api/event/columns.ts";

/** The event in the shape of a tracker's: nested, with the time in milliseconds and other units. */
export function nested(text: string): string {
  const {vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity} = JSON.parse(text);
  return JSON.stringify({
    device: {id: vehicle_id, ts: Date.parse(timestamp)},
    gps: {lat: latitude, lon: longitude, mps: Math.round((speed / 3.6) * 100) / 100},
    hold: {temp: temperature, rh: humidity},
  });
}

export const MAPPING: EventMapping = {
  vehicle: {path: "device.id"},
  time: {path: "device.ts"},
  fields: [
    {name: "latitude", path: "gps.lat"},
    {name: "longitude", path: "gps.lon"},
    {name: "speed", path: "gps.mps", unit: "MetersPerSecond"},
    {name: "temperature", path: "hold.temp"},
    {name: "humidity", path: "hold.rh"},
  ],
};

const TYPES = ["double", "double", "int", "double", "boolean", "float", "bigint", "string"] as const;

/** As a CAN bus gives them. */
export const FIELDS: EventColumn[] = Array.from({length: 40}, (_, at) => ({
  name: `signal_${at + 1}`,
  type: TYPES[at % TYPES.length]!,
}));
