import {random} from "./random.ts";

/** Centre of the simulated city (Munich) and how far, in degrees, a vehicle strays. */
const CENTRE = {latitude: 48.137, longitude: 11.575};
const RADIUS = 0.08;
const MAX_KMH = 60;
/** km/h a second: a calm driver. */
const ACCELERATION = 7;
const BRAKING = 12;
const KM_PER_DEGREE = 111.32;

export interface Reading {
  latitude: number;
  longitude: number;
  speed: number;
  temperature: number;
  humidity: number;
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

/** A car in city traffic: drives between random places, brakes for lights, measures the weather with a biased sensor. */
export function createVehicle(seed: number, index: number) {
  const next = random(seed * 1_000_003 + index * 7_919 + 1);
  const place = () => ({
    latitude: CENTRE.latitude + (next() - 0.5) * 2 * RADIUS,
    longitude: CENTRE.longitude + (next() - 0.5) * 2 * RADIUS * 1.5,
  });
  let {latitude, longitude} = place();
  let goal = place();
  let speed = 0;
  let cruise = 30 + next() * 20;
  let stopFor = 0;
  const bias = next() - 0.5;
  let weather = 0;

  return {
    /** Moves the vehicle on by `seconds` and reads its sensors at `time` (ms since the epoch). */
    step(seconds: number, time: number): Reading {
      if (stopFor <= 0 && next() < 0.02 * seconds) stopFor = 5 + next() * 25;
      if (next() < 0.05 * seconds) cruise = 20 + next() * (MAX_KMH - 20);
      stopFor -= seconds;
      const wanted = stopFor > 0 ? 0 : cruise;
      const change = wanted > speed ? ACCELERATION : -BRAKING;
      speed = change > 0 ? Math.min(wanted, speed + change * seconds) : Math.max(wanted, speed + change * seconds);

      const scale = Math.cos((latitude * Math.PI) / 180);
      const north = goal.latitude - latitude;
      const east = (goal.longitude - longitude) * scale;
      const left = Math.hypot(north, east);
      const driven = (speed * seconds) / 3_600 / KM_PER_DEGREE;
      if (left <= driven) goal = place();
      else {
        latitude += (north / left) * driven;
        longitude += (east / left / scale) * driven;
      }

      const hour = (time / 3_600_000) % 24;
      weather = weather * 0.999 + (next() - 0.5) * 0.05;
      const temperature = 15 + 7 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + bias + weather;
      const humidity = Math.min(100, Math.max(0, 95 - 2 * temperature + (next() - 0.5)));
      return {
        latitude: round(latitude, 6),
        longitude: round(longitude, 6),
        speed: round(speed, 2),
        temperature: round(temperature, 2),
        humidity: round(humidity, 2),
      };
    },
  };
}

export const vehicleId = (index: number): string => `vehicle-${String(index + 1).padStart(5, "0")}`;
