/** Valid places, and steps between two of them that a vehicle can have made. geo-sql.ts has the same in SQL. */
export interface Place {
  latitude: number;
  longitude: number;
}

export const EARTH_KM = 6371.0088;
/** A receiver without a fix sends null, 0/0, or the end of the range. Closer to 0/0 than this, in degrees, there is a buoy and nothing else. */
export const NOWHERE = 0.001;
/** No vehicle is faster; a receiver is off by less than the slack. */
export const MAX_KMH = 1_000;
export const SLACK_KM = 1;

export function isPlace<P extends {latitude: number | null; longitude: number | null}>(place: P): place is P & Place {
  const {latitude, longitude} = place;
  if (latitude === null || longitude === null) return false;
  return Math.abs(latitude) < 90 && (Math.abs(latitude) >= NOWHERE || Math.abs(longitude) >= NOWHERE);
}

/** The great circle, km: the short way also over the 180th meridian. */
export function kmBetween(from: Place, to: Place): number {
  const radians = Math.PI / 180;
  const sine = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const part =
    sine(to.latitude - from.latitude) +
    Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * sine(to.longitude - from.longitude);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(part)));
}

const KM_PER_DEGREE = (EARTH_KM * Math.PI) / 180;

/** Whether a vehicle can have gone from one place to the other in that time. */
export function isStep(from: Place, to: Place, ms: number, maxKmh = MAX_KMH): boolean {
  const most = SLACK_KM + (maxKmh * Math.abs(ms)) / 3_600_000;
  // No way is longer than this one along both degrees, which nearly all steps can be told by.
  const corner = (Math.abs(to.latitude - from.latitude) + Math.abs(to.longitude - from.longitude)) * KM_PER_DEGREE;
  return corner <= most || kmBetween(from, to) <= most;
}
