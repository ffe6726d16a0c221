import {EventEmitter} from "node:events";
import {expect, test} from "vitest";
import {createFleet, type Reading} from "./fleet.ts";
import {createSelection} from "./selection.ts";
import {createStream} from "./stream.ts";
import type {FleetMessage, VehicleMessage} from "./wire.ts";

const reading = (vehicle_id: string, ts: number): Reading => ({
  vehicle_id,
  ts,
  latitude: 48,
  longitude: 11,
  speed: 10,
  temperature: 20,
  humidity: 50,
});

/** A page on a connection that takes what it is given, or no more. */
function page() {
  const request = new EventEmitter();
  let text = "";
  const response = Object.assign(new EventEmitter(), {
    takes: true,
    status: 0,
    writeHead(status: number) {
      response.status = status;
      return response;
    },
    write(part: string) {
      text += part;
      return response.takes;
    },
    end: () => response,
  });
  const messages = () =>
    [...text.matchAll(/event: fleet\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data!) as FleetMessage);
  const vehicles = () =>
    [...text.matchAll(/event: vehicle\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data!) as VehicleMessage);
  const viewer = () => /event: viewer\ndata: (.*)\n/.exec(text)![1]!;
  return {
    request: request as any,
    response: response as any,
    messages,
    vehicles,
    viewer,
    leave: () => request.emit("close"),
  };
}

test("a slow page skips messages and misses no vehicle", () => {
  const fleet = createFleet();
  const stream = createStream(fleet, createSelection(undefined));
  const slow = page();
  slow.response.takes = false;
  stream.open(slow.request, slow.response);
  for (const [at, id] of ["a", "b", "c"].entries()) {
    fleet.take([reading(id, at)]);
    stream.publishFleet();
  }
  expect(slow.messages()).toHaveLength(1);
  slow.response.takes = true;
  slow.response.emit("drain");
  fleet.take([reading("d", 9)]);
  stream.publishFleet();
  expect(slow.messages().at(-1)!.ids).toEqual(["a", "b", "c", "d"]);
});

test("somebody must look before anything is asked, and again after the last page has gone", async () => {
  const stream = createStream(createFleet(), createSelection(undefined));
  const settled = () =>
    Promise.race([stream.watched().then(() => true), new Promise((done) => setImmediate(() => done(false)))]);
  expect(await settled()).toBe(false);
  const one = page();
  stream.open(one.request, one.response);
  expect(await settled()).toBe(true);
  one.leave();
  expect(await settled()).toBe(false);
  stream.close();
  expect(await settled()).toBe(true);
});

test("more pages than the bound are told to come later", () => {
  const stream = createStream(createFleet(), createSelection(undefined));
  const pages = Array.from({length: 65}, page);
  for (const {request, response} of pages) stream.open(request, response);
  expect(pages.at(63)!.response.status).toBe(200);
  expect(pages.at(64)!.response.status).toBe(503);
  pages[0]!.leave();
  const next = page();
  stream.open(next.request, next.response);
  expect(next.response.status).toBe(200);
});

test("a page gets the fields of the vehicle that it has selected, and of no other", async () => {
  const selection = createSelection({newest: async (vehicle) => [{ms: 1, values: [vehicle]}]});
  selection.describe([{name: "driver", type: "string"}]);
  const stream = createStream(createFleet(), selection);
  const [one, other] = [page(), page()];
  for (const {request, response} of [one, other]) stream.open(request, response);
  expect(stream.select("a page that is not there", "v1")).toBe(false);
  expect(stream.select(one.viewer(), "v1")).toBe(true);
  const publish = async () => {
    await selection.read(stream.selected());
    stream.publishVehicles();
  };
  await publish();
  await publish();
  expect(one.vehicles()).toMatchObject([{vehicle: "v1", values: {driver: ["v1", 1]}}]);
  expect(other.vehicles()).toEqual([]);
  stream.select(one.viewer(), "v2");
  await publish();
  expect(one.vehicles().map(({vehicle}) => vehicle)).toEqual(["v1", "v2"]);
  stream.select(one.viewer(), undefined);
  await publish();
  expect(one.vehicles()).toHaveLength(2);
});
