/** What is known of one vehicle's events: how many, and sums. */
export interface Figures {
  events: number;
  /** Milliseconds since 1970; more than a double holds exactly. */
  time?: bigint | number | string;
  latitude?: number | null;
  longitude?: number | null;
  speed?: number | null;
  temperature?: number | null;
}

const SUMS = ["latitude", "longitude", "speed", "temperature"] as const;
/** Sums of doubles depend on their order. */
const TOLERANCE = 1e-6;

/** Adds an event in the default format. */
export function enter(all: Map<string, Figures>, event: any): void {
  const known = all.get(event.vehicle_id) ?? {events: 0, time: 0n};
  known.events++;
  known.time = BigInt(known.time!) + BigInt(Date.parse(event.timestamp));
  for (const name of SUMS) if (typeof event[name] === "number") known[name] = (known[name] ?? 0) + event[name];
  all.set(event.vehicle_id, known);
}

/**
 * @param found sums that it does not have are not compared
 * @return events that are missing or extra, and vehicles that have as many events as were sent, but others
 */
export function differences(sent: Map<string, Figures>, found: Map<string, Figures>) {
  let [missing, extra, altered] = [0, 0, 0];
  for (const [vehicle, {events}] of found) extra += Math.max(0, Number(events) - (sent.get(vehicle)?.events ?? 0));
  for (const [vehicle, figures] of sent) {
    const has = found.get(vehicle);
    missing += Math.max(0, figures.events - Number(has?.events ?? 0));
    if (has && Number(has.events) === figures.events && !same(figures, has)) altered++;
  }
  return {missing, extra, altered};
}

function same(sent: Figures, found: Figures): boolean {
  if (found.time !== undefined && BigInt(found.time) !== BigInt(sent.time!)) return false;
  return SUMS.filter((name) => name in found).every((name) => {
    const [is, was] = [found[name] ?? 0, sent[name] ?? 0];
    return Math.abs(is - was) <= TOLERANCE * Math.max(1, Math.abs(was));
  });
}
