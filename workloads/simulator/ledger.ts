import {crc32} from "node:zlib";
import type {TruthEntry} from "./truth.ts";

/** The events of one vehicle that Kafka acknowledged. Times are those of the events, in ms since the epoch. */
export interface LedgerEntry {
  events: number;
  /** Sum of the events' CRC-32, modulo 2^48: the same in any order. */
  hash: number;
  from: number;
  to: number;
}

/** The answer of the simulator's /ledger. */
export interface Ledger {
  acknowledged: number;
  vehicles: Record<string, LedgerEntry>;
  truth: TruthEntry[];
}

const MODULUS = 2 ** 48;

/** Adds an event by its canonical text to the vehicle's entry. */
export function enter(ledger: Map<string, LedgerEntry>, vehicle: string, time: number, text: string): void {
  const entry = ledger.get(vehicle);
  if (!entry) {
    ledger.set(vehicle, {events: 1, hash: crc32(text), from: time, to: time});
    return;
  }
  entry.events++;
  entry.hash = (entry.hash + crc32(text)) % MODULUS;
  if (time < entry.from) entry.from = time;
  if (time > entry.to) entry.to = time;
}
