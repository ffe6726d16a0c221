/** What a place is, and which step between two of them a vehicle can have made. The stream job and the dashboards say the same in SQL (cdk8s/places.ts). */
export interface Place {
  latitude: number;
  longitude: number;
}

/** A receiver without a fix sends 0/0, or the end of the range. Closer to 0/0 than this, in degrees, there is a buoy and nothing else. */
const NOWHERE = 0.001;
const EARTH_KM = 6371.0088;
/** No vehicle is faster; a receiver is off by less than the slack. */
const MAX_KMH = 1_000;
const SLACK_KM = 1;
/** That many fixes in a row that agree with each other, and not with what was believed, are believed. */
const WITNESSES = 3;

export const isPlace = ({latitude, longitude}: Place): boolean =>
  Math.abs(latitude) < 90 && (Math.abs(latitude) >= NOWHERE || Math.abs(longitude) >= NOWHERE);

/** The same of a row, in SQL. */
export const IS_PLACE = `abs(latitude) < 90 AND (abs(latitude) >= ${NOWHERE} OR abs(longitude) >= ${NOWHERE})`;

/** The great circle, km: the short way also over the 180th meridian. */
export function kmBetween(from: Place, to: Place): number {
  const radians = Math.PI / 180;
  const sine = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const part =
    sine(to.latitude - from.latitude) +
    Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * sine(to.longitude - from.longitude);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(part)));
}

export const isStep = (from: Place, to: Place, ms: number): boolean =>
  kmBetween(from, to) <= SLACK_KM + (MAX_KMH * Math.abs(ms)) / 3_600_000;

/** A place at a time. */
export interface Fix extends Place {
  ms: number;
}

/** Where a vehicle is believed to be, and what speaks against it. */
export interface Track {
  place?: Fix;
  doubted?: Fix;
  doubts: number;
}

/** Takes a vehicle's next fix; whether it is believed, and then is its place. */
export function follow(track: Track, fix: Fix): boolean {
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
