import {isPlace, isStep, MAX_KMH, type Place} from "./geo.ts";

/** That many fixes in a row that agree with each other, and not with what was believed, are believed. */
export const WITNESSES = 3;

/** A place at a time. */
export interface Fix extends Place {
  ms: number;
}

/** What a receiver said at a time, be it that it has no fix. */
type Seen = Pick<Fix, "ms"> & {latitude: number | null; longitude: number | null};

/** The believed place of a vehicle, and the doubts about it. */
export interface Track {
  place?: Fix;
  doubted?: Fix;
  doubts: number;
}

/** Takes what a vehicle says next; whether it is believed, and then is its place. */
export function follow(track: Track, fix: Seen, maxKmh = MAX_KMH): boolean {
  if (!isPlace(fix)) return false;
  const {place, doubted} = track;
  if (place && !isStep(place, fix, fix.ms - place.ms, maxKmh)) {
    const agrees = doubted !== undefined && isStep(doubted, fix, fix.ms - doubted.ms, maxKmh);
    // A receiver that is stuck repeats itself, which proves nothing.
    const same = agrees && doubted.latitude === fix.latitude && doubted.longitude === fix.longitude;
    track.doubts = agrees ? track.doubts + (same ? 0 : 1) : 1;
    track.doubted = fix;
    if (track.doubts < WITNESSES) return false;
  }
  track.place = fix;
  track.doubted = undefined;
  track.doubts = 0;
  return true;
}
