import type {EventColumn} from "../../api/event/columns.ts";
import {MEASURE_NAMES} from "../../api/event.ts";
import {eventText} from "../telemetry.ts";
import {type Condition, createCondition} from "./condition.ts";
import type {FleetConfig} from "./config.ts";
import {draw, type EventFault, skewOf} from "./faults.ts";
import {withFields} from "./fields.ts";
import {random} from "./random.ts";
import {scenarios} from "./scenarios.ts";
import {Truth} from "./truth.ts";
import {createVehicle, vehicleId} from "./vehicle.ts";

/** An event on its way to Kafka; only valid ones are to be found in a store, a duplicate at most once. */
export interface SimulatedEvent {
  key: string;
  value: string;
  /** The event without the fields of the spec, as the ledger has it; absent where that is the value. */
  text?: string;
  kind: "valid" | "malformed" | "duplicate";
  /** ms since the epoch, as the event says. */
  time: number;
}

/** The vehicles `from` up to, not including, `to`: those of one pod. */
export interface Shard {
  from: number;
  to: number;
}

const MAX_BEHIND_MS = 2_000;
const OUT_OF_ORDER_MS = 3_000;
const LATE_MS = 300_000;
const SILENT_MS = 60_000;
const BURST_MS = 15_000;
const PORTION = 5_000;

interface Member {
  id: string;
  index: number;
  car: ReturnType<typeof createVehicle>;
  condition: Condition;
  chance: () => number;
  due: number;
  silentUntil: number;
  /** Without coverage until then; what it measured waits in `held`. */
  awayUntil: number;
  held: SimulatedEvent[];
  skewMs: number;
}

/** The vehicles of one shard. The same seed, configuration and times make the same events. */
export class Fleet {
  #config: FleetConfig;
  #shard: Shard;
  #members: Member[] = [];
  /** Events that are kept back for a fixed time each: first in, first out. */
  #outOfOrder: Delayed;
  #late: Delayed;
  #columns: EventColumn[];
  readonly truth: Truth;

  constructor(config: FleetConfig, shard: Shard, now: number, columns: EventColumn[] = [], truth = new Truth()) {
    this.truth = truth;
    this.#columns = columns;
    this.#config = config;
    this.#shard = shard;
    this.#outOfOrder = new Delayed(OUT_OF_ORDER_MS);
    this.#late = new Delayed(LATE_MS);
    this.configure(config, now);
  }

  get size(): number {
    return this.#members.length;
  }

  /** Takes a new configuration over; vehicles that stay drive on from where they are, unless seed or scenario change. */
  configure(config: FleetConfig, now: number): void {
    const isAnother = config.seed !== this.#config.seed || config.scenario !== this.#config.scenario;
    this.#config = config;
    const count = Math.max(0, Math.min(this.#shard.to, config.vehicles) - this.#shard.from);
    for (const {condition, skewMs} of this.#members.splice(isAnother ? 0 : count)) condition.end(now + skewMs);
    const periodMs = 1_000 / config.ratePerVehicle;
    for (let at = this.#members.length; at < count; at++) {
      // Spread over the period, so that load is even.
      this.#members.push(this.#member(this.#shard.from + at, now + (periodMs * at) / count));
    }
    for (const member of this.#members) {
      member.due = Math.min(member.due, now + periodMs);
      member.skewMs = skewOf(member.index, config);
      member.condition.configure(config, now + member.skewMs);
    }
  }

  #member(index: number, due: number): Member {
    const {seed, scenario} = this.#config;
    const id = vehicleId(index);
    const car = createVehicle(seed, index, scenarios[scenario]);
    return {
      id,
      index,
      car,
      condition: createCondition(id, index, car.hasHold, this.truth),
      chance: random(seed * 65_537 + index * 31 + 7),
      due,
      silentUntil: 0,
      awayUntil: 0,
      held: [],
      skewMs: 0,
    };
  }

  /** The events due by `now`, in portions. A vehicle that was held up for long goes on from now: it does not send its past. */
  *due(now: number): Iterable<SimulatedEvent[]> {
    const periodMs = 1_000 / this.#config.ratePerVehicle;
    let events = [...this.#outOfOrder.take(now), ...this.#late.take(now)];
    for (const member of this.#members) {
      if (now - member.due > Math.max(MAX_BEHIND_MS, periodMs)) member.due = now;
      for (; member.due <= now; member.due += periodMs) this.#step(member, periodMs, events);
      if (member.held.length > 0 && member.awayUntil <= now) events.push(...member.held.splice(0));
      if (events.length < PORTION) continue;
      yield events;
      events = [];
    }
    if (events.length > 0) yield events;
  }

  #step(member: Member, periodMs: number, out: SimulatedEvent[]): void {
    const {due, skewMs, id, car, condition} = member;
    const time = Math.floor(due) + skewMs;
    const reading = car.step(periodMs / 1_000, time, condition.capacityAt(time));
    const fault = draw(this.#config.faults, member.chance);
    condition.setDoor(car.isOpen(), time);
    reading.temperature = condition.shown(reading.temperature, time, fault, member.chance);
    if (fault === "silent") member.silentUntil = due + SILENT_MS;
    if (fault === "burst") member.awayUntil = due + BURST_MS;
    if (due < member.silentUntil) return;
    const missing = fault === "missingReading" && MEASURE_NAMES[Math.floor(member.chance() * MEASURE_NAMES.length)];
    const text = eventText({vehicle_id: id, ts: new Date(time), ...reading, ...(missing ? {[missing]: null} : {})});
    const valid = withFields(text, this.#columns, member.index, time);
    const value = broken[fault]?.(valid) ?? valid;
    const event: SimulatedEvent = {key: id, value, text, kind: value === valid ? "valid" : "malformed", time};
    if (fault === "duplicate") this.#outOfOrder.add({...event, kind: "duplicate"}, due);
    if (due < member.awayUntil) member.held.push(event);
    else if (fault === "outOfOrder") this.#outOfOrder.add(event, due);
    else if (fault === "late") this.#late.add(event, due);
    else out.push(event);
  }
}

const broken: Partial<Record<EventFault, (value: string) => string>> = {
  malformed: (value) => value.slice(0, -10),
  missingField: (value) => value.replace(/"latitude":[^,]*,/, ""),
};

class Delayed {
  #waiting: {event: SimulatedEvent; at: number}[] = [];
  #delayMs: number;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  add(event: SimulatedEvent, now: number): void {
    this.#waiting.push({event, at: now + this.#delayMs});
  }

  take(now: number): SimulatedEvent[] {
    const next = this.#waiting.findIndex(({at}) => at > now);
    return this.#waiting.splice(0, next < 0 ? this.#waiting.length : next).map(({event}) => event);
  }
}
