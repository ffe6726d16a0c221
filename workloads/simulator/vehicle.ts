import {byFigure, type Figures} from "../../api/event.ts";
import {hourOf} from "./driver.ts";
import {holdAfter} from "./hold.ts";
import {random} from "./random.ts";
import {createRounds} from "./rounds.ts";
import type {Scenario} from "./scenarios.ts";
import {createTour} from "./tour.ts";

const [LEAST, MOST] = [byFigure(({min}) => min), byFigure(({max}) => max)];

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
/** °C outside: coldest at 3 h, warmest at 15 h UTC. */
const outside = (hour: number) => 15 + 7 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);

/** A vehicle on its way, with sensors that are a little off, drift slowly and are noisy. The same seed drives the same way. */
export function createVehicle(seed: number, index: number, scenario: Scenario) {
  const next = random(seed * 1_000_003 + index * 7_919 + 1);
  const driver = "customers" in scenario ? createRounds(scenario, seed, next) : createTour(scenario, next);
  const {hold} = scenario;
  const bias = next() - 0.5;
  let drift = 0;
  let inside = hold?.setPoint ?? 0;
  const around = {isOpen: false, air: 0, capacity: 1};
  const pass = (seconds: number, isOpen: boolean) => {
    if (hold === undefined) return;
    around.isOpen = isOpen;
    inside = holdAfter(inside, seconds, hold, around);
  };

  return {
    hasHold: hold !== undefined,
    /** Whether the doors of the hold are open. */
    isOpen: () => hold !== undefined && driver.isOpen,
    /**
     * Moves the vehicle on by `seconds` and reads its sensors at `time` (ms since the epoch).
     *
     * @param capacity of the cooling unit: 1 = all of it, 0 = none
     */
    step(seconds: number, time: number, capacity = 1): Figures {
      const air = outside(hourOf(time));
      around.air = air;
      around.capacity = capacity;
      driver.move(seconds, time, pass);

      drift = clamp(drift + (next() - 0.5) * 0.02 * Math.sqrt(seconds), -1, 1);
      const noise = (next() - 0.5) * 0.2;
      const temperature = (hold === undefined ? air : inside) + bias + drift + noise;
      // The same air, warmer, is drier.
      const humidity = hold === undefined ? 95 - 2 * temperature : 60 + (inside - hold.setPoint);
      return {
        latitude: round(driver.latitude, 6),
        longitude: round(driver.longitude, 6),
        speed: round(driver.speed, 2),
        temperature: round(temperature, 2),
        humidity: round(clamp(humidity + noise * 5, LEAST.humidity, MOST.humidity), 2),
      };
    },
  };
}

export const vehicleId = (index: number): string => `vehicle-${String(index + 1).padStart(5, "0")}`;
