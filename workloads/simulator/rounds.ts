import {between, type Driver, hourOf, type Pass, type Point} from "./driver.ts";
import {drive, type Phase, place, stand} from "./phase.ts";
import {random} from "./random.ts";
import type {Rounds} from "./scenarios.ts";

const [SECOND_MS, HOUR_MS, DAY_MS] = [1_000, 3_600_000, 86_400_000];
/** When the first vehicles leave the depot; the last ones follow within SPREAD_MS. */
const DEPARTURES_MS = [6 * HOUR_MS, 14 * HOUR_MS];
const SPREAD_MS = 2 * HOUR_MS;
/** Between two rounds at least. */
const LOADING_MS = 0.5 * HOUR_MS;
/** Doors are closed that long after a vehicle stops, and before it leaves. */
const CLOSED_MS = 30 * SECOND_MS;
/** A hold begins as these hours left it. */
const BEFORE_MS = 4 * HOUR_MS;

interface Customer extends Point {
  /** Seconds that a delivery takes. */
  stop: number;
}

/**
 * A vehicle that drives two rounds a day from the depot, each along its own customers. Where it is follows from the time alone: it can start at
 * any hour.
 */
export function createRounds(scenario: Rounds, seed: number, next: () => number): Driver {
  const depot = near(scenario.centre, scenario.radius / 5, random(seed * 99_991 + 3));
  const bay = {...near(depot, 0.001, next), stop: 0};
  const rounds = DEPARTURES_MS.map(() => customersOf(scenario, depot, next));
  const punctuality = next();
  const days = Math.floor(next() * 2 ** 31);
  let phases: Generator<Phase, never>;
  let phase: Phase | undefined;
  let last: number | undefined;

  /** The phases of a day and all that follow. */
  function* phasesFrom(day: number): Generator<Phase, never> {
    for (; ; day++) {
      const chance = random(days + day);
      const midnight = day * DAY_MS;
      let at = midnight;
      for (const [index, customers] of rounds.entries()) {
        const due = midnight + DEPARTURES_MS[index]! + punctuality * SPREAD_MS + chance() * 10 * 60 * SECOND_MS;
        const leaves = Math.max(due, at + LOADING_MS);
        yield stand(bay, at, leaves);
        at = leaves;
        let here: Point = bay;
        for (const goal of [...customers, bay]) {
          const way = drive(scenario, here, goal, at, chance());
          yield way;
          const stop = serve(goal, way.to, chance());
          yield stop;
          at = stop.to;
          here = goal;
        }
      }
      yield stand(bay, at, midnight + DAY_MS);
    }
  }

  const driver: Driver = {
    latitude: bay.latitude,
    longitude: bay.longitude,
    speed: 0,
    isOpen: false,
    move(_, time, pass) {
      // A clock that is set back has passed nothing.
      last = Math.min(last ?? time - BEFORE_MS, time);
      if (phase === undefined || last < phase.from) {
        phases = phasesFrom(Math.floor(last / DAY_MS));
        phase = phases.next().value;
      }
      for (; time >= phase.to; phase = phases.next().value) last = doors(phase, last, phase.to, pass);
      last = doors(phase, last, time, pass);
      driver.isOpen = time >= phase.openFrom && time < phase.openTo;
      place(driver, phase, scenario, (time - phase.from) / SECOND_MS);
    },
  };
  return driver;
}

/** Passes the time up to `to` of a phase, and returns the moment reached. */
function doors({openFrom, openTo}: Phase, from: number, to: number, pass: Pass): number {
  let last = from;
  const until = (end: number, isOpen: boolean) => {
    if (end <= last) return;
    pass((end - last) / SECOND_MS, isOpen);
    last = end;
  };
  until(Math.min(openFrom, to), false);
  until(Math.min(openTo, to), true);
  until(to, false);
  return last;
}

const near = ({latitude, longitude}: Point, radius: number, next: () => number): Point => ({
  latitude: latitude + (next() - 0.5) * 2 * radius,
  longitude: longitude + (next() - 0.5) * 2 * radius * 1.5,
});

/** Customers in the order in which they lie around the depot. */
function customersOf({customers, centre, radius, stop}: Rounds, depot: Point, next: () => number): Customer[] {
  const bearing = ({latitude, longitude}: Point) => Math.atan2(latitude - depot.latitude, longitude - depot.longitude);
  const places = Array.from({length: customers}, () => ({...near(centre, radius, next), stop: between(stop, next())}));
  return places.sort((a, b) => bearing(a) - bearing(b));
}

/** A delivery; it takes longer around noon, when ramps are busy, and each day a little more or less. */
function serve(customer: Customer, from: number, chance: number): Phase {
  const noon = Math.max(0, 1 - Math.abs(hourOf(from) - 12) / 3);
  const to = from + customer.stop * (1 + 0.3 * noon) * (0.85 + 0.3 * chance) * SECOND_MS;
  const phase = stand(customer, from, to);
  return customer.stop === 0 ? phase : {...phase, openFrom: from + CLOSED_MS, openTo: to - CLOSED_MS};
}
