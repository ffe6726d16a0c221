import {between, type Driver, hourOf, isRush, KM_PER_DEGREE, type Point} from "./driver.ts";
import type {Rounds} from "./scenarios.ts";

const SECOND_MS = 1_000;
/** Traffic: speeds go up and down by this share, within about this time. */
const RIPPLE = 0.1;
const RIPPLE_SECONDS = 90;

/** A part of a day: on the way, or standing where `start` and `goal` are the same. Times in ms since the epoch. */
export interface Phase {
  from: number;
  to: number;
  start: Point;
  goal: Point;
  km: number;
  /** km/h that it drives between acceleration and braking. */
  cruise: number;
  openFrom: number;
  openTo: number;
}

const NEVER = {openFrom: Number.POSITIVE_INFINITY, openTo: Number.POSITIVE_INFINITY};

export const stand = (place: Point, from: number, to: number): Phase => ({
  from,
  to,
  start: place,
  goal: place,
  km: 0,
  cruise: 0,
  ...NEVER,
});

/** Straight on from a standstill to a standstill. */
export function drive(
  {cruise, rush, acceleration, braking}: Rounds,
  start: Point,
  goal: Point,
  from: number,
  chance: number,
): Phase {
  const scale = Math.cos((start.latitude * Math.PI) / 180);
  const km = Math.hypot(goal.latitude - start.latitude, (goal.longitude - start.longitude) * scale) * KM_PER_DEGREE;
  // As fast as it gets where the way is too short.
  const most = Math.sqrt((km * 7_200) / (1 / acceleration + 1 / braking));
  const wish = (between(cruise, chance) / (1 + RIPPLE)) * (isRush(hourOf(from)) ? 1 - rush : 1);
  const speed = Math.min(wish, most);
  const ramps = speed * (1 / acceleration + 1 / braking);
  const seconds = km === 0 ? 0 : (km / speed) * 3_600 + ramps / 2;
  return {from, to: from + seconds * SECOND_MS, start, goal, km, cruise: speed, ...NEVER};
}

/** Puts a vehicle where it is some seconds after a phase began. */
export function place(driver: Driver, phase: Phase, {acceleration, braking}: Rounds, seconds: number): void {
  const {start, goal, km, cruise} = phase;
  if (km === 0) {
    driver.latitude = goal.latitude;
    driver.longitude = goal.longitude;
    driver.speed = 0;
    return;
  }
  const left = (phase.to - phase.from) / SECOND_MS - seconds;
  const [up, down] = [cruise / acceleration, cruise / braking];
  let gone: number;
  if (seconds < up) {
    driver.speed = acceleration * seconds;
    gone = (driver.speed * seconds) / 7_200;
  } else if (left < down) {
    driver.speed = braking * left;
    gone = km - (driver.speed * left) / 7_200;
  } else {
    // Whole waves, so that the way is as long as without them.
    const waves = Math.round((seconds + left - up - down) / RIPPLE_SECONDS);
    const pace = (2 * Math.PI * waves) / (seconds + left - up - down);
    const since = seconds - up;
    const ahead = waves === 0 ? 0 : (RIPPLE * (1 - Math.cos(pace * since))) / pace;
    driver.speed = cruise * (1 + (waves === 0 ? 0 : RIPPLE * Math.sin(pace * since)));
    gone = (cruise * up) / 7_200 + (cruise * (since + ahead)) / 3_600;
  }
  driver.latitude = between([start.latitude, goal.latitude], gone / km);
  driver.longitude = between([start.longitude, goal.longitude], gone / km);
}
