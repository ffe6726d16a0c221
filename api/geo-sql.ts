import {EARTH_KM, MAX_KMH, NOWHERE, SLACK_KM} from "./geo.ts";

/** geo.ts in SQL that Flink and PostgreSQL both understand; a test holds the two together. */

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
