/** Milliseconds that clocks are ahead of UTC when they show this time, written as if it were UTC. */
export type Zone = (shown: number) => number;

const OFFSET = /^([+-])(\d\d):?(\d\d)?$/;
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** Of times in another order than they passed, as after an outage: ten days of quarters. */
const KEPT = 1_000;

/** Minutes that a zone such as `+02:00`, `-0530`, `+00`, `Z` or `UTC` is ahead of UTC; NaN if there is none such. */
export function minutesOf(zone: string): number {
  const found = OFFSET.exec(zone);
  if (!found) return 0;
  const [hours, minutes] = [Number(found[2]), Number(found[3] ?? 0)];
  return hours > 18 || minutes > 59 ? Number.NaN : (hours * 60 + minutes) * (found[1] === "-" ? -1 : 1);
}

/** Whether there is a zone of this name, such as Europe/Berlin, or an offset. */
export function isZone(name: string): boolean {
  try {
    return OFFSET.test(name) || Boolean(new Intl.DateTimeFormat("en", {timeZone: name}));
  } catch {
    return false;
  }
}

/** A zone by its name or offset. */
export function zoneOf(name: string): Zone {
  if (name === "UTC" || OFFSET.test(name)) {
    const ahead = minutesOf(name) * 60_000;
    return () => ahead;
  }
  const format = new Intl.DateTimeFormat("en", {timeZone: name, timeZoneName: "longOffset"});
  /** At a moment, by its text: GMT+02:00, or GMT. */
  const at = (ms: number) => {
    const parts = format.formatToParts(ms);
    return minutesOf(parts.find(({type}) => type === "timeZoneName")!.value.slice("GMT".length)) * 60_000;
  };
  const known = new Map<number, number>();
  let last = {quarter: Number.NaN, ahead: 0};
  return (shown) => {
    // Clocks change by the quarter of an hour at least.
    const quarter = Math.floor(shown / QUARTER_MS);
    if (quarter === last.quarter) return last.ahead;
    const ahead = known.get(quarter) ?? aheadAt(at, quarter * QUARTER_MS);
    if (known.size >= KEPT) known.clear();
    known.set(quarter, ahead);
    last = {quarter, ahead};
    return ahead;
  };
}

/** As java.time does: of an hour that comes twice the first, and a time that clocks leap over is as much later as they leap. */
function aheadAt(at: (ms: number) => number, shown: number): number {
  const [before, after] = [at(shown - DAY_MS), at(shown + DAY_MS)];
  if (before === after || at(shown - before) === before) return before;
  return at(shown - after) === after ? after : before;
}
