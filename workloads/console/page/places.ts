import {isPlace, isStep, type Place} from "../../../api/geo.ts";

/** That many fixes in a row that agree with each other, and not with what was believed, are believed. */
const WITNESSES = 3;

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
export function follow(track: Track, fix: Seen): boolean {
  if (!isPlace(fix)) return false;
  const {place, doubted} = track;
  if (place && !isStep(place, fix, fix.ms - place.ms)) {
    const agrees = doubted !== undefined && isStep(doubted, fix, fix.ms - doubted.ms);
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

/** Of each fix of a past, in order, whether it is believed. A first one that none of the next bears out is not. */
export function believed(fixes: (Fix | undefined)[]): boolean[] {
  const track: Track = {doubts: 0};
  const placed = fixes.filter((fix): fix is Fix => fix !== undefined && isPlace(fix));
  const first = placed.find((fix, at) => {
    const next = placed.slice(at + 1, at + 1 + WITNESSES);
    return next.length === 0 || next.some((other) => isStep(fix, other, other.ms - fix.ms));
  });
  let begun = false;
  return fixes.map((fix) => {
    begun ||= fix !== undefined && fix === first;
    return begun && fix !== undefined && follow(track, fix);
  });
}
