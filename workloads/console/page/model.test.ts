import {expect, test} from "vitest";
import type {FleetMessage} from "../wire.ts";
import {createModel, faults, listed, progress, receive} from "./model.ts";
import {fit, metresPerPixel, trackOf} from "./projection.ts";

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

test("a vehicle without a reading comes before those that have one", () => {
  const model = twoVehicles();
  receive(model, message({first: 2, ids: ["van-3"], rows: [[2, 0, 48, 11, 1, -20, null]]}), 1_000, NOW);
  const names = (descending: boolean) => listed(model.vehicles, "", "humidity", descending).map(({id}) => id);
  expect(names(false)).toEqual(["van-3", "bus-2", "car-1"]);
  expect(names(true)).toEqual(["car-1", "bus-2", "van-3"]);
});

test("ages are by the server's clock, however wrong this one is", () => {
  const model = createModel();
  receive(model, message({}), 0, NOW - 90_000);
  expect(model.clock).toBe(90_000);
});

/** A bus that sends these places, a second apart. */
function bus(...places: [latitude: number | null, longitude: number | null, fault?: object][]) {
  const model = createModel();
  places.forEach(([latitude, longitude, fault], at) => {
    const ids = at === 0 ? ["bus-2"] : [];
    const row = [0, at * 1_000, latitude, longitude, 30, 20, 50, ...(fault ? [fault] : [])] as any;
    receive(model, message({first: at === 0 ? 0 : 1, ids, rows: [row]}), at * 1_000, NOW);
  });
  return {model, vehicle: model.vehicles[0]!};
}
const widthOf = (trail: number[]) => {
  const meridians = trail.filter((_, at) => at % 2 === 0);
  return Math.max(...meridians) - Math.min(...meridians);
};

test("a step over the 180th meridian is a short glide and a short line", () => {
  const {vehicle} = bus([-17.8, 179.998], [-17.8, -179.998], [-17.8, 179.999]);
  expect(Math.abs(vehicle.x - vehicle.fromX)).toBeLessThan(1e-4);
  expect(widthOf(vehicle.trail)).toBeLessThan(1e-4);
  const line = trackOf({latitude: [-17.8, null, -17.8, -17.8], longitude: [179.99, null, -179.99, 179.995]});
  expect(line).toHaveLength(3);
  expect(widthOf(line.flatMap(({x, y}) => [x, y]))).toBeLessThan(1e-4);
});

test("a vehicle without a fix stays where it was, one that never had any is nowhere, and both are counted", () => {
  const {model, vehicle} = bus([48, 11], [48, 11.0001], [48, 11.0001, {noFix: true}]);
  expect(vehicle.trail).toHaveLength(4);
  const never = bus([null, null, {noFix: true}], [null, null, {noFix: true}]);
  expect(never.vehicle).toMatchObject({x: NaN, trail: []});
  expect(faults([...model.vehicles, ...never.model.vehicles])).toEqual({noFix: 2, ahead: 0});
  expect(fit([...model.vehicles, ...never.model.vehicles], 800, 400)).toEqual(fit(model.vehicles, 800, 400));
  const {vehicle: found} = bus([null, null, {noFix: true}], [48, 11]);
  expect(found).toMatchObject({x: found.fromX, trail: [found.x, found.y]});
});

test("a place that nobody can have driven to begins a new line", () => {
  const {vehicle} = bus([48, 11], [48, 11.0001], [-33.86, 151.2]);
  expect(vehicle.trail).toEqual([vehicle.x, vehicle.y]);
  expect(vehicle.fromX).toBe(vehicle.x);
});

test("a fleet on both sides of the 180th meridian fills its view", () => {
  const {model: east} = bus([-17.8, 179.9]);
  const {model: west} = bus([-17.9, -179.9]);
  const view = fit([...east.vehicles, ...west.vehicles], 800, 400)!;
  expect(metresPerPixel(view) * 800).toBeLessThan(40_000);
});
