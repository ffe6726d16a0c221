import {hash} from "node:crypto";

/** One vehicle's events: times in ascending order once sealed, and what their contents hash to. */
interface Vehicle {
  count: number;
  times: Float64Array;
  hashes: Float64Array;
  /** Seconds, rounded up. */
  ahead: Uint32Array;
  /** Of those that an event has by itself. */
  flags: Uint8Array;
  seen: Uint8Array;
  /** What the contents of altered rows hash to, by the event's place. */
  altered?: Map<number, number>;
}

type Verdict =
  /** As Kafka has it. */
  | "same"
  | "altered"
  /** As Kafka has it, with other flags: by other rules, or of before there were any. */
  | "reflagged"
  /** Kafka has no such event. */
  | "unknown"
  /** It came after Kafka was read: not judged. */
  | "newer";

/** The first 48 bits of SHA-1: a figure that a float64 holds. */
const hashOf = (content: string) => hash("sha1", content, "buffer").readUIntBE(0, 6);

/** The events in Kafka, in 22 bytes an event, so that days of a large fleet fit beside an ingester. */
export class Expected {
  private readonly vehicles = new Map<string, Vehicle>();
  private readonly keptMs: number;
  private readonly isEachKept: boolean;
  /** Different events. */
  events = 0;

  /**
   * @param keptMs how long the store keeps an event
   * @param isEachKept whether several events of a vehicle and time are rows of their own
   */
  constructor(keptMs = Number.POSITIVE_INFINITY, isEachKept = false) {
    this.keptMs = keptMs;
    this.isEachKept = isEachKept;
  }

  /** @param aheadMs how much sooner than by its time the store may drop it */
  add(id: string, time: number, content: string, {aheadMs = 0, flags = 0} = {}): void {
    let vehicle = this.vehicles.get(id);
    if (!vehicle) {
      vehicle = {
        count: 0,
        times: new Float64Array(16),
        hashes: new Float64Array(16),
        ahead: new Uint32Array(16),
        flags: new Uint8Array(16),
        seen: new Uint8Array(),
      };
      this.vehicles.set(id, vehicle);
    }
    if (vehicle.count === vehicle.times.length) {
      vehicle.times = grown(vehicle.times);
      vehicle.hashes = grown(vehicle.hashes);
      vehicle.ahead = grown(vehicle.ahead);
      vehicle.flags = grown(vehicle.flags);
    }
    vehicle.times[vehicle.count] = time;
    vehicle.flags[vehicle.count] = flags;
    vehicle.ahead[vehicle.count] = Math.ceil(Math.max(0, aheadMs) / 1_000);
    vehicle.hashes[vehicle.count++] = hashOf(content);
  }

  /** Ends the adding. Of several events of one vehicle and time the first counts, unless each is kept. */
  seal(): void {
    for (const vehicle of this.vehicles.values()) {
      const {times, hashes, ahead, flags, count} = vehicle;
      const order = Array.from({length: count}, (_, at) => at).sort((a, b) => times[a]! - times[b]! || a - b);
      const chosen = order.filter((at, place) => this.isEachKept || times[order[place - 1] ?? -1] !== times[at]);
      vehicle.times = Float64Array.from(chosen, (at) => times[at]!);
      vehicle.hashes = Float64Array.from(chosen, (at) => hashes[at]!);
      vehicle.ahead = Uint32Array.from(chosen, (at) => ahead[at]!);
      vehicle.flags = Uint8Array.from(chosen, (at) => flags[at]!);
      vehicle.count = chosen.length;
      this.events += chosen.length;
    }
    this.begin();
  }

  /** Forgets which events have been seen. */
  begin(): void {
    for (const vehicle of this.vehicles.values()) {
      vehicle.seen = new Uint8Array(vehicle.count);
      delete vehicle.altered;
    }
  }

  /** The events that no row has been judged by since `begin`: those that the store must have, and those that are past what it keeps. */
  unseen(now: number): {missing: number; older: number} {
    const oldest = now - this.keptMs;
    let [missing, older] = [0, 0];
    for (const {count, times, ahead, seen} of this.vehicles.values())
      for (let at = 0; at < count; at++) {
        if (seen[at]) continue;
        if (times[at]! - ahead[at]! * 1_000 < oldest) older++;
        else missing++;
      }
    return {missing, older};
  }

  judge(id: string, time: number, content: string, flags = 0): Verdict {
    const vehicle = this.vehicles.get(id);
    if (!vehicle || time > vehicle.times[vehicle.count - 1]!) return "newer";
    const wanted = hashOf(content);
    let at = -1;
    // The one that is the row's; of others of its time any that is left.
    for (let place = placeOf(vehicle.times, time); vehicle.times[place] === time; place++) {
      if (vehicle.seen[place]) continue;
      if (at < 0 || vehicle.hashes[place] === wanted) at = place;
      if (vehicle.hashes[place] === wanted) break;
    }
    if (at < 0) return "unknown";
    vehicle.seen[at] = 1;
    if (vehicle.hashes[at] !== wanted) {
      vehicle.altered ??= new Map();
      vehicle.altered.set(at, wanted);
      return "altered";
    }
    return vehicle.flags[at] === flags ? "same" : "reflagged";
  }

  /** Whether this is the content of a row that was judged to be altered; of each such row once. */
  explains(id: string, time: number, content: string): boolean {
    const {altered, times} = this.vehicles.get(id) ?? {};
    if (!altered || !times) return false;
    const hash = hashOf(content);
    for (let place = placeOf(times, time); times[place] === time; place++)
      if (altered.get(place) === hash) return altered.delete(place);
    return false;
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}

/** Of ascending times, the place of the first that is not before this one. */
function placeOf(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
