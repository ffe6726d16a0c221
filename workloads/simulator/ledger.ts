import {crc32} from "node:zlib";

/** What Kafka acknowledged of one vehicle. Times are ms since the epoch, as the events say. */
export interface LedgerEntry {
  events: number;
  /** Sum of the events' CRC-32, modulo 2^48: the same in any order. */
  hash: number;
  from: number;
  to: number;
}

/** What the simulator's /ledger answers. */
export interface Ledger {
  acknowledged: number;
  vehicles: Record<string, LedgerEntry>;
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
