import {expect, test} from "vitest";
import {scenarios} from "./scenarios.ts";
import {createVehicle} from "./vehicle.ts";

const MIDNIGHT = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

function drive(index: number, fromHour: number, toHour: number, seconds = 10) {
  const vehicle = createVehicle(5, index, scenarios.delivery);
  const readings = [];
  for (let hour = fromHour; hour < toHour; hour += seconds / 3_600) {
    const time = MIDNIGHT + Math.round(hour * HOUR_MS);
    readings.push({
      ...vehicle.step(seconds, time),
      hour: hour % 24,
      day: Math.floor(hour / 24),
      isOpen: vehicle.isOpen(),
    });
  }
  return readings;
}
const placeOf = ({latitude, longitude}: {latitude: number; longitude: number}) => `${latitude} ${longitude}`;

test("vehicles deliver in working hours, at the same places each day, and stand in one depot at night", () => {
  const bays = [0, 1, 2].map((index) => {
    const readings = drive(index, 0, 72);
    const [first, ...others] = [0, 1, 2].map((today) =>
      [...new Set(readings.filter(({isOpen, day}) => isOpen && day === today).map(placeOf))].sort(),
    );
    expect(first).toHaveLength(12);
    for (const other of others) expect(other).toEqual(first);
    for (const {hour, speed, isOpen} of readings) {
      if (speed > 0 || isOpen) expect(hour > 6 && hour < 21).toBe(true);
      if (isOpen) expect(speed).toBe(0);
    }
    const nights = new Set(readings.filter(({hour}) => hour < 6 || hour > 21).map(placeOf));
    expect(nights.size).toBe(1);
    return readings[0]!;
  });
  for (const {latitude, longitude} of bays) {
    expect(Math.abs(latitude - bays[0]!.latitude)).toBeLessThan(0.003);
    expect(Math.abs(longitude - bays[0]!.longitude)).toBeLessThan(0.004);
  }
  expect(new Set(bays.map(placeOf)).size).toBe(3);
});

test("a delivery is where its round has it, at whatever hour and rate the simulator starts", () => {
  const whole = drive(1, 0, 20, 10);
  const late = drive(1, 11, 20, 30);
  const at = new Map(whole.map((reading) => [Math.round(reading.hour * 3_600), reading]));
  for (const {hour, latitude, longitude, speed, isOpen, humidity} of late) {
    const same = at.get(Math.round(hour * 3_600))!;
    expect({latitude, longitude, speed, isOpen}).toEqual({
      latitude: same.latitude,
      longitude: same.longitude,
      speed: same.speed,
      isOpen: same.isOpen,
    });
    // It follows the hold, and is noisy by half a percent.
    expect(Math.abs(humidity - same.humidity)).toBeLessThan(1.2);
  }
});

test("a hold warms up at the customers, and is cold again half an hour later", () => {
  let opened: number | undefined;
  let since = 0;
  for (const {isOpen, temperature, hour} of drive(2, 0, 48)) {
    if (isOpen && opened === undefined) opened = temperature;
    if (!isOpen && opened !== undefined) {
      expect(temperature - opened).toBeGreaterThan(1.5);
      opened = undefined;
    }
    since = isOpen ? 0 : since + 10;
    if (since > 900) expect(temperature).toBeLessThan(-12);
    if (since > 2_400) expect(temperature).toBeLessThan(-15);
    if (hour < 6) expect(Math.abs(temperature + 18)).toBeLessThan(2);
  }
});
