import {expect, test} from "vitest";
import type {FleetMessage} from "../wire.ts";
import {createModel, listed, progress, receive} from "./model.ts";

const NOW = 1_750_000_000_000;
const message = (fields: Partial<FleetMessage>): FleetMessage => ({
  first: 0,
  ids: [],
  base: NOW,
  rows: [],
  now: NOW,
  ...fields,
});

function twoVehicles() {
  const model = createModel();
  receive(
    model,
    message({
      ids: ["bus-2", "car-1"],
      rows: [
        [0, 0, 48, 11, 30, 20, 50],
        [1, 0, 48.1, 11, 10, 21, 51],
      ],
    }),
    0,
    NOW,
  );
  return model;
}

test("a vehicle glides from where it was to where it is, and turns that way", () => {
  const model = twoVehicles();
  receive(model, message({first: 2, rows: [[0, 1_000, 48, 11.01, 35, 20, 50]]}), 1_000, NOW + 1_000);
  const bus = model.byId.get("bus-2")!;
  expect(bus.speed).toBe(35);
  expect(bus.fromX).toBeLessThan(bus.x);
  expect(bus.heading).toBeCloseTo(Math.PI / 2, 6);
  expect(progress(model, bus, 1_000)).toBe(0);
  expect(progress(model, bus, 1_000 + model.pace)).toBe(1);
  expect(model.byId.get("car-1")!.arrived).toBe(0);
});

test("what joins later is known by its name", () => {
  const model = twoVehicles();
  receive(model, message({first: 2, ids: ["van-3"], rows: [[2, 0, 48, 11, 1, 20, 50]]}), 1_000, NOW);
  expect(model.byId.get("van-3")).toBe(model.vehicles[2]);
});

test("after a lost connection the fleet begins anew", () => {
  const model = twoVehicles();
  receive(model, message({ids: ["car-1"], rows: [[0, 0, 48.1, 11, 10, 21, 51]]}), 5_000, NOW);
  expect(model.vehicles.map(({id}) => id)).toEqual(["car-1"]);
  expect([...model.byId.keys()]).toEqual(["car-1"]);
});

test("the table searches by any part of the name and sorts both ways", () => {
  const {vehicles} = twoVehicles();
  const names = (...args: [string, any, boolean]) => listed(vehicles, ...args).map(({id}) => id);
  expect(names("CAR", "id", false)).toEqual(["car-1"]);
  expect(names("", "speed", false)).toEqual(["car-1", "bus-2"]);
  expect(names("", "speed", true)).toEqual(["bus-2", "car-1"]);
});

test("ages are by the server's clock, however wrong this one is", () => {
  const model = createModel();
  receive(model, message({}), 0, NOW - 90_000);
  expect(model.clock).toBe(90_000);
});
