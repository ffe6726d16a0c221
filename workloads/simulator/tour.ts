import {between, type Driver, hourOf, isRush, KM_PER_DEGREE, type Point} from "./driver.ts";
import type {Tour} from "./scenarios.ts";

const PLACES = 6;

/** A vehicle that goes round and round between its places, and stops anywhere. */
export function createTour(scenario: Tour, next: () => number): Driver {
  const {centre, radius, cruise, acceleration, braking, stopsPerHour, stop, rush} = scenario;
  const tour = tourOf(scenario, () => ({
    latitude: centre.latitude + (next() - 0.5) * 2 * radius,
    longitude: centre.longitude + (next() - 0.5) * 2 * radius * 1.5,
  }));
  // On its way already, somewhere on the tour.
  const leg = Math.floor(next() * tour.length);
  let goal = (leg + 1) % tour.length;
  const share = next();
  let wish = between(cruise, next());
  let stopFor = 0;

  const driver: Driver = {
    latitude: between([tour[leg]!.latitude, tour[goal]!.latitude], share),
    longitude: between([tour[leg]!.longitude, tour[goal]!.longitude], share),
    speed: 0,
    isOpen: false,
    move(seconds, time, pass) {
      if (stopFor <= 0 && next() < (stopsPerHour / 3_600) * seconds) stopFor = between(stop, next());
      if (next() < 0.05 * seconds) wish = between(cruise, next());
      stopFor -= seconds;
      const wanted = stopFor > 0 ? 0 : wish * (isRush(hourOf(time)) ? 1 - rush : 1);
      const {speed} = driver;
      driver.speed =
        wanted > speed ? Math.min(wanted, speed + acceleration * seconds) : Math.max(wanted, speed - braking * seconds);
      drive((driver.speed * seconds) / 3_600);
      driver.isOpen = stopFor > 0;
      pass(seconds, driver.isOpen);
    },
  };

  function drive(km: number) {
    for (let hops = 0; km > 0 && hops < PLACES * 2; hops++) {
      const {latitude, longitude} = driver;
      const target = tour[goal]!;
      const scale = Math.cos((latitude * Math.PI) / 180);
      const north = (target.latitude - latitude) * KM_PER_DEGREE;
      const east = (target.longitude - longitude) * scale * KM_PER_DEGREE;
      const left = Math.hypot(north, east);
      if (left > km) {
        driver.latitude += (north / left) * (km / KM_PER_DEGREE);
        driver.longitude += (east / left) * (km / KM_PER_DEGREE / scale);
        return;
      }
      driver.latitude = target.latitude;
      driver.longitude = target.longitude;
      goal = (goal + 1) % tour.length;
      km -= left;
    }
  }

  return driver;
}

/** Places to drive between; on a grid, with a corner between each two. */
function tourOf({grid}: Tour, place: () => Point): Point[] {
  const places = Array.from({length: PLACES}, place);
  if (!grid) return places;
  return places.flatMap((point, index) => {
    const following = places[(index + 1) % PLACES]!;
    return [point, {latitude: point.latitude, longitude: following.longitude}];
  });
}
