import type {Store} from "./store.ts";

/** Vehicles that were there in this time are looked at. */
const WINDOW = "1 hour";
/** Names that are told, so that series do not grow with the fleet. */
const NAMED = 10;
const FIELDS = ["speed", "temperature", "humidity"] as const;
type Field = (typeof FIELDS)[number];

export interface Reading extends Record<Field, number> {
  vehicle: string;
  age: number;
}

export type Ranges = Partial<Record<Field, {min?: number; max?: number}>>;

export interface Looks {
  seen: number;
  silent: number;
  outOfRange: number;
  silentest: {vehicle: string; seconds: number}[];
  outside: {vehicle: string; field: Field; value: number}[];
}

/** The next vehicle by one index probe, its newest row by another, however many rows there are. */
const LATEST = `WITH RECURSIVE vehicle(id) AS (
  (SELECT vehicle_id FROM telemetry WHERE ts > now() - interval '${WINDOW}' ORDER BY vehicle_id LIMIT 1)
  UNION ALL
  SELECT (SELECT vehicle_id FROM telemetry WHERE vehicle_id > vehicle.id AND ts > now() - interval '${WINDOW}'
    ORDER BY vehicle_id LIMIT 1)
  FROM vehicle WHERE vehicle.id IS NOT NULL)
SELECT vehicle.id AS vehicle, newest.* FROM vehicle CROSS JOIN LATERAL (
  SELECT extract(epoch FROM now() - ts)::float8 AS age, speed, temperature, humidity FROM telemetry
  WHERE vehicle_id = vehicle.id AND ts > now() - interval '${WINDOW}' ORDER BY ts DESC LIMIT 1) newest`;

export const readFleet = (store: Store): Promise<Reading[]> => store.query(LATEST, []);

/** Who is silent, and whose newest values are outside their ranges. Pure. */
export function judge(readings: Reading[], silentSeconds: number, ranges: Ranges): Looks {
  const silent = readings.filter(({age}) => age > silentSeconds).sort((a, b) => b.age - a.age);
  const outside = readings.flatMap((reading) =>
    FIELDS.filter((field) => isOutside(reading[field], ranges[field])).map((field) => ({
      vehicle: reading.vehicle,
      field,
      value: reading[field],
    })),
  );
  const vehicles = [...new Set(outside.map(({vehicle}) => vehicle))];
  const named = new Set(vehicles.slice(0, NAMED));
  return {
    seen: readings.length,
    silent: silent.length,
    outOfRange: vehicles.length,
    silentest: silent.slice(0, NAMED).map(({vehicle, age}) => ({vehicle, seconds: age})),
    outside: outside.filter(({vehicle}) => named.has(vehicle)),
  };
}

const isOutside = (value: number, range: {min?: number; max?: number} = {}): boolean =>
  value < (range.min ?? Number.NEGATIVE_INFINITY) || value > (range.max ?? Number.POSITIVE_INFINITY);
