import {byFigure, type Figures} from "../../api/event.ts";
import {random} from "./random.ts";
import type {Scenario} from "./scenarios.ts";

const KM_PER_DEGREE = 111.32;
const PLACES = 6;
const [LEAST, MOST] = [byFigure(({min}) => min), byFigure(({max}) => max)];

interface Point {
  latitude: number;
  longitude: number;
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const between = ([low, high]: [number, number], share: number) => low + share * (high - low);
const hourOf = (time: number) => (time / 3_600_000) % 24;
const isRush = (hour: number) => (hour >= 7 && hour < 9) || (hour >= 16 && hour < 18);
/** °C outside: coldest at 3 h, warmest at 15 h UTC. */
const outside = (hour: number) => 15 + 7 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);

/** A vehicle on its round tour, with sensors that are a little off, drift slowly and are noisy. The same seed drives the same way. */
export function createVehicle(seed: number, index: number, scenario: Scenario) {
  const next = random(seed * 1_000_003 + index * 7_919 + 1);
  const {centre, radius, cruise, acceleration, braking, stopsPerHour, stop, rush, hold} = scenario;
  const tour = tourOf(scenario, () => ({
    latitude: centre.latitude + (next() - 0.5) * 2 * radius,
    longitude: centre.longitude + (next() - 0.5) * 2 * radius * 1.5,
  }));
  // On its way already, somewhere on the tour.
  const leg = Math.floor(next() * tour.length);
  let goal = (leg + 1) % tour.length;
  const share = next();
  let latitude = between([tour[leg]!.latitude, tour[goal]!.latitude], share);
  let longitude = between([tour[leg]!.longitude, tour[goal]!.longitude], share);
  let speed = 0;
  let wish = between(cruise, next());
  let stopFor = 0;
  const bias = next() - 0.5;
  let drift = 0;
  let inside = hold ?? 0;

  function drive(km: number) {
    for (let hops = 0; km > 0 && hops < PLACES * 2; hops++) {
      const target = tour[goal]!;
      const scale = Math.cos((latitude * Math.PI) / 180);
      const north = (target.latitude - latitude) * KM_PER_DEGREE;
      const east = (target.longitude - longitude) * scale * KM_PER_DEGREE;
      const left = Math.hypot(north, east);
      if (left > km) {
        latitude += (north / left) * (km / KM_PER_DEGREE);
        longitude += (east / left) * (km / KM_PER_DEGREE / scale);
        return;
      }
      ({latitude, longitude} = target);
      goal = (goal + 1) % tour.length;
      km -= left;
    }
  }

  return {
    /** Moves the vehicle on by `seconds` and reads its sensors at `time` (ms since the epoch). */
    step(seconds: number, time: number): Figures {
      const hour = hourOf(time);
      if (stopFor <= 0 && next() < (stopsPerHour / 3_600) * seconds) stopFor = between(stop, next());
      if (next() < 0.05 * seconds) wish = between(cruise, next());
      stopFor -= seconds;
      const wanted = stopFor > 0 ? 0 : wish * (isRush(hour) ? 1 - rush : 1);
      speed =
        wanted > speed ? Math.min(wanted, speed + acceleration * seconds) : Math.max(wanted, speed - braking * seconds);
      drive((speed * seconds) / 3_600);

      drift = clamp(drift + (next() - 0.5) * 0.02 * Math.sqrt(seconds), -1, 1);
      const noise = (next() - 0.5) * 0.2;
      const air = outside(hour);
      if (hold !== undefined) {
        // An open door warms the hold within minutes, the cooling takes longer.
        const share = 1 - Math.exp(-seconds / (stopFor > 0 ? 900 : 1_800));
        inside += ((stopFor > 0 ? air : hold) - inside) * share;
      }
      const temperature = (hold === undefined ? air : inside) + bias + drift + noise;
      // The same air, warmer, is drier.
      const humidity = hold === undefined ? 95 - 2 * temperature : 60 + (inside - hold);
      return {
        latitude: round(latitude, 6),
        longitude: round(longitude, 6),
        speed: round(speed, 2),
        temperature: round(temperature, 2),
        humidity: round(clamp(humidity + noise * 5, LEAST.humidity, MOST.humidity), 2),
      };
    },
  };
}

/** Places to drive between, round and round; on a grid, with a corner between each two. */
function tourOf({grid}: Scenario, place: () => Point): Point[] {
  const places = Array.from({length: PLACES}, place);
  if (!grid) return places;
  return places.flatMap((point, index) => {
    const following = places[(index + 1) % PLACES]!;
    return [point, {latitude: point.latitude, longitude: following.longitude}];
  });
}

export const vehicleId = (index: number): string => `vehicle-${String(index + 1).padStart(5, "0")}`;
