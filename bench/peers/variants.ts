import {once} from "node:events";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import avsc from "avsc";
import type {EventMapping} from "../../api/components/event.ts";
import type {EventColumn} from "../../api/event/columns.ts";
import {AVRO} from "../formats.ts";

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

const avroType = avsc.Type.forSchema(AVRO as avsc.Schema);

/** The event in Avro, in the wire format of a schema registry that has its schema as number 1. */
export function framedAvro(text: string): Buffer {
  const {timestamp, ...rest} = JSON.parse(text);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), avroType.toBuffer({...rest, timestamp: Date.parse(timestamp)})]);
}

/** A registry with that schema. */
export async function startRegistry(): Promise<{url: string; stop(): void}> {
  const server = createServer((_, response) => response.end(JSON.stringify({schema: JSON.stringify(AVRO)})));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close()};
}

const TYPES = ["double", "double", "int", "double", "boolean", "float", "bigint", "string"] as const;

/** As a CAN bus gives them. */
export const FIELDS: EventColumn[] = Array.from({length: 40}, (_, at) => ({
  name: `signal_${at + 1}`,
  type: TYPES[at % TYPES.length]!,
}));
