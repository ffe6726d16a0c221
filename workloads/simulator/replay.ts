import {createReadStream} from "node:fs";
import {createInterface} from "node:readline";
import {sleep} from "../../api/backoff.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import type {SimulatedEvent} from "./fleet.ts";

const PORTION = 1_000;

/**
 * The events of an NDJSON file as they were recorded, in portions, each when it is due: as far apart as their timestamps,
 * divided by `speed`; 0 = without waiting; none after the signal. Lines that are no events are sent too, at once: a recording is not judged.
 */
export async function* replay(file: string, speed: number, signal: AbortSignal): AsyncIterable<SimulatedEvent[]> {
  const began = Date.now();
  let first: number | undefined;
  let portion: SimulatedEvent[] = [];
  for await (const line of createInterface({input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY})) {
    if (signal.aborted) return;
    if (line.trim() === "") continue;
    const event = recorded(line);
    if (speed > 0 && event.kind === "valid") {
      first ??= event.time;
      const dueIn = began + (event.time - first) / speed - Date.now();
      if (dueIn > 50) {
        if (portion.length > 0) yield portion;
        portion = [];
        await sleep(dueIn, signal);
        if (signal.aborted) return;
      }
    }
    portion.push(event);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/** What an export says of an event, and the vehicle did not. */
const FLAGS = new RegExp(`,"${FLAG_COLUMN}":\\["[A-Za-z",]+"\\]`);

function recorded(line: string): SimulatedEvent {
  try {
    const {vehicle_id, timestamp} = JSON.parse(line);
    const time = Date.parse(timestamp);
    if (typeof vehicle_id === "string" && Number.isFinite(time))
      return {key: vehicle_id, value: line.replace(FLAGS, ""), kind: "valid", time};
  } catch {}
  return {key: "", value: line, kind: "malformed", time: 0};
}
