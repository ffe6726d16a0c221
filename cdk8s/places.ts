/**
 * Places and steps in SQL that Flink and PostgreSQL both understand. The console decides alike (workloads/console/page/places.ts);
 * a test holds the two together.
 */
export const EARTH_KM = 6371.0088;
/** A receiver without a fix sends 0/0, or the end of the range. Closer to 0/0 than this, in degrees, there is a buoy and nothing else. */
export const NOWHERE = 0.001;
/** No vehicle is faster; a receiver is off by less than the slack. */
export const MAX_KMH = 1_000;
export const SLACK_KM = 1;

/** A number as a floating one: Flink reads others as decimals. */
export const float = (value: number): string => value.toExponential();

export const isPlace = (latitude = "latitude", longitude = "longitude"): string =>
  `(ABS(${latitude}) < ${float(90)} AND (ABS(${latitude}) >= ${float(NOWHERE)} OR ABS(${longitude}) >= ${float(NOWHERE)}))`;

/** The great circle between two points by the haversine formula, km: the short way also over the 180th meridian. */
export const kmBetween = (latitude: string, longitude: string, toLatitude: string, toLongitude: string): string =>
  `2 * ${float(EARTH_KM)} * ASIN(LEAST(1E0, SQRT(POWER(SIN(RADIANS(${toLatitude} - ${latitude}) / 2), 2)
    + COS(RADIANS(${latitude})) * COS(RADIANS(${toLatitude})) * POWER(SIN(RADIANS(${toLongitude} - ${longitude}) / 2), 2))))`;

/** The most that a vehicle can have driven, km. */
export const mostKm = (seconds: string): string => `(${float(SLACK_KM)} + ${float(MAX_KMH)} * ${seconds} / 3600)`;
