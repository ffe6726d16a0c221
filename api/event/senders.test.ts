import {expect, test} from "vitest";
import {type EventMapping, event} from "../components/event.ts";
import {createReader} from "./read.ts";

const MS = Date.parse("2026-11-24T16:04:26.752Z");
const ISO = new Date(MS).toISOString();
const SECONDS = Date.parse("2026-11-24T16:04:26Z");
const at = (latitude: string, longitude: string): EventMapping["fields"] => [
  {name: "latitude", path: latitude},
  {name: "longitude", path: longitude},
];

/** A message of a platform, the mapping that its user would write, and what is read of it. */
const SENDERS: [string, unknown, EventMapping, object][] = [
  [
    "flespi",
    {
      ident: "truck-7",
      timestamp: MS / 1_000,
      "position.latitude": 48.05,
      "position.longitude": 11.57,
      "position.speed": 60,
      "sensor.temperature.1": 4,
      "engine.ignition.status": true,
    },
    {preset: "Flespi"},
    {speed: 60, temperature: 4, extra: '{"engine.ignition.status":true}'},
  ],
  [
    "ChirpStack",
    {
      deviceInfo: {deviceName: "Truck 7", devEui: "truck-7"},
      time: "2026-11-24T16:04:26.752+00:00",
      fPort: 1,
      object: {latitude: 48.05, longitude: 11.57, temperature: 4},
    },
    {
      vehicle: {path: "deviceInfo.devEui"},
      time: {path: "time"},
      fields: [...at("object.latitude", "object.longitude")!, {name: "temperature", path: "object.temperature"}],
    },
    {temperature: 4, extra: '{"deviceInfo":{"deviceName":"Truck 7"},"fPort":1}'},
  ],
  [
    "The Things Network",
    {
      end_device_ids: {device_id: "truck-7"},
      received_at: "2026-11-24T16:04:26.752000000Z",
      uplink_message: {decoded_payload: {lat: 48.05, lng: 11.57}},
    },
    {
      events: "uplink_message.decoded_payload",
      vehicle: {path: "$.end_device_ids.device_id"},
      time: {path: "$.received_at"},
      fields: at("lat", "lng"),
    },
    {},
  ],
  [
    "Azure IoT Hub, its body in base64",
    {
      EnqueuedTimeUtc: ISO,
      Properties: {},
      SystemProperties: {connectionDeviceId: "truck-7"},
      Body: Buffer.from(JSON.stringify({gps: {lat: 48.05, lon: 11.57}, speed: 60})).toString("base64"),
    },
    {
      events: "Body",
      vehicle: {path: "$.SystemProperties.connectionDeviceId"},
      time: {path: "$.EnqueuedTimeUtc"},
      fields: at("gps.lat", "gps.lon"),
    },
    {speed: 60},
  ],
  [
    "Losant",
    {time: {$date: ISO}, deviceId: "truck-7", data: {location: "48.05,11.57", speed: 60}},
    {
      vehicle: {path: "deviceId"},
      time: {path: 'time["$date"]'},
      fields: [
        {name: "latitude", path: "data.location", separator: ",", part: 0},
        {name: "longitude", path: "data.location", separator: ",", part: 1},
        {name: "speed", path: "data.speed"},
      ],
    },
    {speed: 60},
  ],
  [
    "Wialon",
    {i: "truck-7", t: SECONDS / 1_000, pos: {y: 48.05, x: 11.57, s: 60}},
    {vehicle: {path: "i"}, time: {path: "t"}, fields: [...at("pos.y", "pos.x")!, {name: "speed", path: "pos.s"}]},
    {ts: new Date(SECONDS), speed: 60},
  ],
  [
    "Navixy",
    {
      device_id: "truck-7",
      message_time: "2026-11-24 16:04:26",
      location: {latitude: 48.05, longitude: 11.57},
      speed: 60,
    },
    {
      vehicle: {path: "device_id"},
      time: {path: "message_time", zone: "UTC"},
      fields: at("location.latitude", "location.longitude"),
    },
    {ts: new Date(SECONDS), speed: 60},
  ],
  [
    "Geotab",
    {latitude: 48.05, longitude: 11.57, speed: 60, dateTime: "2026-11-24T16:04:26.752Z", device: {id: "truck-7"}},
    {vehicle: {path: "device.id"}, time: {path: "dateTime"}},
    {speed: 60},
  ],
  [
    "Samsara",
    {
      data: [
        {id: "truck-7", name: "Truck 7", gps: {time: ISO, latitude: 48.05, longitude: 11.57, speedMilesPerHour: 10}},
      ],
    },
    {
      events: "data",
      vehicle: {path: "id"},
      time: {path: "gps.time"},
      fields: [
        ...at("gps.latitude", "gps.longitude")!,
        {name: "speed", path: "gps.speedMilesPerHour", unit: "MilesPerHour"},
      ],
    },
    {speed: 16.09344, extra: '{"name":"Truck 7"}'},
  ],
  [
    "EMQX",
    {clientid: "truck-7", topic: "v/7", timestamp: MS, payload: JSON.stringify({lat: 48.05, lon: 11.57})},
    {events: "payload", vehicle: {path: "$.clientid"}, time: {path: "$.timestamp"}, fields: at("lat", "lon")},
    {},
  ],
  [
    "vehicles by name in an object",
    {sent: ISO, fleet: {"truck-7": {lat: 48.05, lon: 11.57}}},
    {events: "fleet.*", vehicle: {path: "@name"}, time: {path: "$.sent"}, fields: at("lat", "lon")},
    {},
  ],
];

const readerOf = (mapping: EventMapping) => createReader(event.schema.parse({mapping}).mapping);
const message = (value: unknown) => ({key: null, value: Buffer.from(JSON.stringify(value))});

test.each(SENDERS)("%s", (_, value, mapping, change) => {
  const row = {vehicle_id: "truck-7", ts: new Date(MS), latitude: 48.05, longitude: 11.57};
  const none = {speed: null, temperature: null, humidity: null, extra: null};
  expect(readerOf(mapping)(message(value))).toMatchObject({rows: [{...row, ...none, ...change}], problems: []});
});

test("the vehicle can be a part of Kafka's topic, and the time one that clocks in a zone show", () => {
  const read = readerOf({vehicle: {path: "@topic", separator: ".", part: 1}, time: {zone: "America/New_York"}});
  const value = message({timestamp: "2026-11-24 11:04:26.752", latitude: 48.05, longitude: 11.57});
  expect(read(value, "fleet.truck-7.position").rows).toMatchObject([{vehicle_id: "truck-7", ts: new Date(MS)}]);
});

test("a ThingsBoard gateway sends lists by the names of its devices; each event is told from its neighbours", () => {
  const one = (latitude: unknown, ts = MS) => ({ts, values: {latitude, longitude: 11.57}});
  const read = readerOf({preset: "ThingsBoard"});
  const {rows, problems, parts} = read(message({"truck-7": [one(1), one("x")], "truck-8": [one(3), one(4, MS + 1)]}));
  expect(rows.map(({vehicle_id, latitude}) => [vehicle_id, latitude])).toEqual([
    ["truck-7", 1],
    ["truck-8", 3],
    ["truck-8", 4],
  ]);
  expect(problems).toMatchObject([{reason: 'event 2 of 4: latitude: "x" is no number'}]);
  expect(JSON.parse(problems[0]!.part!.value())).toEqual({"truck-7": [one("x")]});
  expect(read({key: null, value: Buffer.from(parts![2]!.value())}).rows).toEqual([rows[2]]);
});

test("an object without lists is no gateway's", () => {
  const read = readerOf({preset: "ThingsBoard"});
  const value = {ts: MS, values: {latitude: 48.05, longitude: 11.57}};
  expect(read({...message(value), key: Buffer.from("truck-7")}).rows).toMatchObject([{vehicle_id: "truck-7"}]);
});
