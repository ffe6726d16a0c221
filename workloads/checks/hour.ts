import {isUndoubted} from "../../api/event/quality.ts";
import type {StoreName} from "../../api/stores.ts";
import {enter, type LedgerEntry} from "../simulator/ledger.ts";
import {eventText, type Row} from "../telemetry.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Late events and commits of the lake have come by then. */
const SETTLED_MS = 30 * MINUTE_MS;

export interface Hour {
  since: Date;
  until: Date;
}

/** The last full hour that had half an hour to settle before the end of a run's interval: the same for each try of that run. */
export function hourBefore(end: Date): Hour {
  const until = Math.floor((end.getTime() - SETTLED_MS) / HOUR_MS) * HOUR_MS;
  return {since: new Date(until - HOUR_MS), until: new Date(until)};
}

/** What a store has of an hour. */
export interface Figures {
  store: StoreName;
  events: number;
  /** Events whose position is doubtful. */
  doubtful: number;
  /** Minutes of the hour that have an event. */
  minutes: number;
  /** Count and hash of each vehicle's events. */
  vehicles: Map<string, LedgerEntry>;
}

/** Counts the rows of a store, in any order. */
export async function tally(store: StoreName, rows: AsyncIterable<Row>): Promise<Figures> {
  const vehicles = new Map<string, LedgerEntry>();
  const minutes = new Set<number>();
  let [events, doubtful] = [0, 0];
  for await (const row of rows) {
    const time = row.ts.getTime();
    events++;
    if (!isUndoubted(row.quality_flags)) doubtful++;
    minutes.add(Math.floor(time / MINUTE_MS));
    enter(vehicles, row.vehicle_id, time, eventText(row));
  }
  return {store, events, doubtful, minutes: minutes.size, vehicles};
}

interface Limits {
  /** Share of events with a doubtful position above which something is wrong, in percent. */
  doubtfulPercent: number;
}

/** A fleet that sends less than this is silent for a minute now and then. */
const STEADY_EVENTS = 60 * 20;
/** Vehicles that are named. */
const NAMED = 3;

/** What is wrong with an hour; each finding is a sentence. Nothing is said of stores beside one that is empty but itself. */
export function findingsOf(figures: Figures[], {doubtfulPercent}: Limits): string[] {
  const [first, ...others] = figures;
  if (!first) return [];
  return [
    ...others.flatMap((other) => differences(first, other)),
    ...figures.flatMap(({store, events, doubtful}) =>
      events > 0 && (100 * doubtful) / events > doubtfulPercent
        ? [
            `${store}: ${doubtful} of ${events} events have a doubtful position, more than ${doubtfulPercent} %: see column quality_flags`,
          ]
        : [],
    ),
    ...figures.flatMap(({store, events, minutes}) =>
      events >= STEADY_EVENTS && minutes < 60
        ? [
            `${store}: no event of any vehicle in ${60 - minutes} minutes of the hour: the fleet, or what collects, was away`,
          ]
        : [],
    ),
  ];
}

/** Vehicles of which two stores do not have the same events. */
function differences(first: Figures, other: Figures): string[] {
  const ids = [...new Set([...first.vehicles.keys(), ...other.vehicles.keys()])].sort();
  const different = ids.filter((id) => {
    const [a, b] = [first.vehicles.get(id), other.vehicles.get(id)];
    return a?.events !== b?.events || a?.hash !== b?.hash;
  });
  if (different.length === 0) return [];
  const named = different.slice(0, NAMED).map((id) => {
    const [a, b] = [first, other].map(({vehicles}) => vehicles.get(id)?.events ?? 0);
    return a === b ? `${id} (${a}, other readings)` : `${id} (${a} and ${b})`;
  });
  const more = different.length > NAMED ? ` and ${different.length - NAMED} more` : "";
  return [
    `${first.store} and ${other.store} do not have the same events of ${different.length} vehicles: ${named.join(", ")}${more}; \`telemetry-operator audit\` compares both with Kafka`,
  ];
}
