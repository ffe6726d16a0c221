import type {Message} from "../../api/event/path.ts";
import {PLAIN_ID} from "../../api/event/row.ts";
import {frameOf} from "../../api/registry/frame.ts";
import {eventReader} from "../lib/reader.ts";

/** One event: a vehicle and its time. */
export interface EventId {
  vehicle: string;
  time: Date;
}

/**
 * Reads `vehicle_id@timestamp`.
 *
 * @throws Error that says what is expected
 */
export function eventId(text: string): EventId {
  const at = text.lastIndexOf("@");
  const time = new Date(text.slice(at + 1));
  if (at < 1 || Number.isNaN(time.getTime()))
    throw new Error(
      `"${text}" is no event: write vehicle_id@timestamp, such as vehicle-00001@2026-01-01T00:00:00.000Z`,
    );
  return {vehicle: text.slice(0, at), time};
}

const {read, prepare} = await eventReader();

/** Whether a message has this event, or, where it is none, says the same vehicle and time. */
export async function isEvent({vehicle, time}: EventId, message: Message, topic: string): Promise<boolean> {
  const {key, value, headers = {}} = message;
  if (!value) return false;
  // Of a topic's values nearly all are ruled out by this alone; behind a frame a vehicle may be a number, and JSON can write other ids in several ways.
  const isText = frameOf(message) === undefined && PLAIN_ID.test(vehicle);
  if (isText && ![value, key, topic, ...Object.values(headers).flat()].some((part) => part?.includes(vehicle)))
    return false;
  await prepare([message]);
  const {rows} = read(message, topic);
  if (rows.some(({vehicle_id, ts}) => vehicle_id === vehicle && ts.getTime() === time.getTime())) return true;
  const {vehicle_id, timestamp} = fieldsOf(value.toString("utf8"));
  return vehicle_id === vehicle && Date.parse(String(timestamp)) === time.getTime();
}

function fieldsOf(text: string): {vehicle_id?: unknown; timestamp?: unknown} {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    const field = (name: string) => new RegExp(`"${name}"\\s*:\\s*"([^"]*)"`).exec(text)?.[1];
    return {vehicle_id: field("vehicle_id"), timestamp: field("timestamp")};
  }
}
