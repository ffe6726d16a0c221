import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import type {EventField, EventMapping} from "../../api/components/event.ts";
import {messagesOf, tryEvents} from "./event.ts";
import {suggestMapping} from "./event-suggest.ts";

const folder = mkdtempSync(join(tmpdir(), "event-"));
afterAll(() => rmSync(folder, {recursive: true}));

const MS = Date.parse("2026-11-24T16:04:26.752Z");
const plain = {vehicle_id: "v1", timestamp: new Date(MS).toISOString(), latitude: 48, longitude: 11};
const nested = {imei: "7", ts: MS, gps: {lat: 48_050_000, lon: 11_570_000, kn: 10}, env: {temp_f: 70.88}, door: "open"};

function samplesOf(...values: (object | string)[]) {
  const file = join(folder, "samples");
  writeFileSync(file, values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n"));
  return messagesOf([file], {key: undefined, headers: []}, true);
}

test("a payload is shown field by field: what is stored, and where it came from", () => {
  const mapping = (suggestMapping(samplesOf(nested)).data as {spec: {event: {mapping: EventMapping}}}).spec.event
    .mapping;
  const {text, ok} = tryEvents(samplesOf(nested), {mapping});
  expect(ok).toBe(true);
  expect(text.split("\n").slice(1)).toEqual([
    expect.stringMatching(/^FIELD +VALUE +FROM$/),
    expect.stringMatching(/^vehicle_id +7 +imei = "7"$/),
    expect.stringMatching(/^timestamp +2026-11-24T16:04:26.752Z +ts = 1795536266752$/),
    expect.stringMatching(/^latitude +48.05 ° +gps.lat = 48050000, Microdegrees$/),
    expect.stringMatching(/^longitude +11.57 ° +gps.lon = 11570000, Microdegrees$/),
    expect.stringMatching(/^speed +18.52 km\/h +gps.kn = 10, Knots$/),
    expect.stringMatching(/^temperature +21.6 °C +env.temp_f = 70.88, Fahrenheit$/),
    expect.stringMatching(/^humidity +- +missing$/),
    expect.stringMatching(/^extra +\{"door":"open"\}$/),
  ]);
});

test("a dead letter is shown with its reason, beside its neighbours, and the exit code says so", () => {
  const file = join(folder, "several");
  writeFileSync(file, JSON.stringify([plain, {...plain, latitude: "north", speed: 900}, {...plain, speed: 900}]));
  const {text, data, ok} = tryEvents(messagesOf([file], {key: undefined, headers: []}, false));
  expect(ok).toBe(false);
  expect(text).toContain(`${file}, event 2: a dead letter\nevent 2 of 3: latitude: "north" is no number`);
  expect(text).toMatch(/speed +- +speed = 900, no reading of this field, kept in extra/);
  expect((data as {event: number}[]).map(({event}) => event)).toEqual([1, 2, 3]);
});

test("fields of the spec are shown in their own unit, and what is none of them", () => {
  const fields = [
    {name: "oil", type: "double", unit: "°C", path: "obd.f", from: "Fahrenheit"},
    {name: "trip", type: "bigint"},
    {name: "door", type: "boolean"},
  ] as const;
  const sample = samplesOf({...plain, obd: {f: 212}, trip: "9007199254740993", door: "ajar"});
  const {text, data} = tryEvents(sample, {fields: [...fields]});
  expect(text).toMatch(/oil +100 °C +obd.f = 212, Fahrenheit/);
  expect(text).toMatch(/trip +9007199254740993 +trip = /);
  expect(text).toMatch(/door +- +door = "ajar", no boolean, kept in extra/);
  expect(data).toMatchObject([{row: {oil: 100, trip: "9007199254740993", door: null}}]);
});

test("an event that is an entry of an object shows its name", () => {
  const gateway = {"truck-1": [{ts: MS, values: {latitude: 1, longitude: 2}}], "truck-2": []};
  const {text} = tryEvents(samplesOf(gateway), {mapping: {preset: "ThingsBoard"}});
  expect(text).toMatch(/vehicle_id +truck-1 +@name = "truck-1"/);
  expect(text).toMatch(/latitude +1 ° +values.latitude = 1/);
});

test("a part of the topic can be the vehicle", () => {
  const file = join(folder, "topic");
  writeFileSync(file, JSON.stringify({...plain, vehicle_id: undefined}));
  const messages = messagesOf([file], {topic: "fleet.4711.position", headers: []}, false);
  const mapping: EventMapping = {vehicle: {path: "@topic", separator: ".", part: 1}};
  expect(tryEvents(messages, {mapping}).text).toMatch(/vehicle_id +4711 +@topic = "fleet.4711.position"/);
});

test("key and headers are part of a message", () => {
  const file = join(folder, "keyed");
  writeFileSync(file, JSON.stringify({...plain, vehicle_id: undefined}));
  const messages = messagesOf([file], {key: "v9", headers: ["device=d=1"]}, false);
  expect(tryEvents(messages, {mapping: {vehicle: {path: "@key"}}}).text).toMatch(/vehicle_id +v9 +@key = "v9"/);
  expect(messages[0]!.headers).toEqual({device: "d=1"});
  expect(() => messagesOf([file], {key: undefined, headers: ["device"]}, false)).toThrow('"device" is none');
});

test.each<[string, (object | string)[], EventMapping | undefined]>([
  ["the default format", [plain, {...plain, more: "a text"}], undefined],
  ["CloudEvents", [{specversion: "1.0", source: "/v", data: plain}], {preset: "CloudEvents"}],
  ["Kafka Connect", [{schema: {}, payload: plain}], {preset: "KafkaConnect"}],
  [
    "OwnTracks",
    [{_type: "location", tid: "T7", lat: 48, lon: 11, tst: Math.floor(MS / 1_000), vel: 50}],
    {preset: "OwnTracks"},
  ],
  [
    "camel case and a time without a zone",
    [{vehicleId: "v1", dateTime: "2026-11-24 16:04:26", lat: 48, lng: 11, speedMph: 50, relativeHumidity: 40}],
    {
      vehicle: {path: "vehicleId"},
      time: {path: "dateTime", zone: "UTC"},
      fields: [
        {name: "latitude", path: "lat"},
        {name: "longitude", path: "lng"},
        {name: "speed", path: "speedMph", unit: "MilesPerHour"},
        {name: "humidity", path: "relativeHumidity"},
      ],
    },
  ],
  [
    "a list in an envelope",
    [{unit: "v1", batch: {points: [{t: MS, lat: 48, lon: 11}]}}],
    {
      events: "batch.points",
      vehicle: {path: "$.unit"},
      time: {path: "t"},
      fields: [
        {name: "latitude", path: "lat"},
        {name: "longitude", path: "lon"},
      ],
    },
  ],
])("a mapping is proposed for %s", (_, samples, mapping) => {
  const {data, text, ok} = suggestMapping(samplesOf(...samples));
  expect(data).toEqual(mapping ? {spec: {event: {mapping}}} : {});
  expect([text.split("\n")[0], ok]).toEqual([
    expect.stringMatching(`^# ${samples.length} of ${samples.length} samples can be read`),
    true,
  ]);
});

test("samples that say nothing get no mapping, and the reason", () => {
  expect(suggestMapping(samplesOf("hello"))).toMatchObject({
    text: "",
    empty: "no mapping was found: not JSON",
    ok: false,
  });
});

test("fields of the spec are shown with their unit and place, or why a value is none", () => {
  const fields: EventField[] = [
    {name: "odometer", type: "bigint", path: "body.odo", unit: "m", min: 0},
    {name: "fuel", type: "float", max: 100},
    {name: "door", type: "boolean"},
    {name: "serviced", type: "timestamp"},
    {name: "axles", type: "json"},
  ];
  const event = `${JSON.stringify(plain).slice(0, -1)},"body":{"odo":9007199254740993},"fuel":120,"door":"open","axles":[1.10]}`;
  const {text, data} = tryEvents(samplesOf(event), {fields});
  expect(text.split("\n").slice(9)).toEqual([
    expect.stringMatching(/^odometer +9007199254740993 m +body.odo = 9007199254740993$/),
    expect.stringMatching(/^fuel +- +fuel = 120, outside of max 100, kept in extra$/),
    expect.stringMatching(/^door +- +door = "open", no boolean, kept in extra$/),
    expect.stringMatching(/^serviced +- +missing$/),
    expect.stringMatching(/^axles +\[1.10\] +axles = \[1.10\]$/),
    expect.stringMatching(/^extra +\{"fuel":120,"door":"open"\}$/),
  ]);
  const [{row}] = data as [{row: object}];
  expect(row).toMatchObject({odometer: "9007199254740993", fuel: null, door: null, axles: [1.1]});
  const missing = tryEvents(samplesOf(plain), {fields: [{name: "fuel", type: "float", required: true}]});
  expect([missing.text, missing.ok]).toEqual([expect.stringContaining("fuel: is missing"), false]);
});

test("fields are proposed for what samples say beside the seven, by their types, with names that columns can have", () => {
  const samples = [1, 2, 3, 4, 5].map((at) => ({
    ...plain,
    speed: 50,
    temperature: "broken",
    odometerKm: 1_000 + at,
    level: at,
    engine: {rpm: at === 3 ? 900.5 : 900, oil: {"pressure bar": 3}, speed: at},
    doorOpen: at > 2,
    driver: `d${at}`,
    firmware: "1.2",
    serviced: `2026-01-0${at}T00:00:00Z`,
    state: at > 3 ? "moving" : at,
    nothing: null,
    axles: [1, 2],
  }));
  const few = [{...plain, level: 7, id64: 1}];
  const exact = JSON.stringify(few[0]).replace('"id64":1', '"id64":9007199254740993');
  expect(suggestMapping(samplesOf(...samples)).data).toEqual({
    spec: {
      event: {
        fields: [
          {name: "odometer_km", type: "bigint", path: "odometerKm"},
          {name: "level", type: "bigint"},
          {name: "rpm", type: "double", path: "engine.rpm"},
          {name: "pressure_bar", type: "double", path: 'engine.oil["pressure bar"]'},
          {name: "engine_speed", type: "bigint", path: "engine.speed"},
          {name: "door_open", type: "boolean", path: "doorOpen"},
          {name: "driver", type: "string"},
          {name: "serviced", type: "timestamp"},
          {name: "state", type: "json"},
        ],
      },
    },
  });
  const proposed = (suggestMapping(samplesOf(exact)).data as {spec: {event: {fields: EventField[]}}}).spec.event;
  expect(proposed.fields).toEqual([
    {name: "level", type: "double"},
    {name: "id64", type: "bigint"},
  ]);
  const {data} = tryEvents(samplesOf(exact), proposed);
  expect(data).toMatchObject([{row: {level: 7, id64: "9007199254740993", extra: null}}]);
});

test("each event of a list is shown by the dialect that it is in", () => {
  const mapping: EventMapping = {
    vehicle: {path: "imei"},
    time: {path: "ts"},
    fields: [
      {name: "latitude", path: "gps.lat"},
      {name: "longitude", path: "gps.lon"},
    ],
    alternatives: [{vehicle: {path: "unit"}, time: {path: "at"}, fields: [{name: "speed", path: "kn", unit: "Knots"}]}],
  };
  const file = join(folder, "dialects");
  const list = [
    {imei: "7", ts: MS, gps: {lat: 48, lon: 11}},
    {unit: "8", at: MS, latitude: 48, longitude: 11, kn: 10},
  ];
  writeFileSync(file, JSON.stringify(list));
  const {text} = tryEvents(messagesOf([file], {key: undefined, headers: []}, false), {mapping});
  expect(text).toMatch(
    /event 1: a row[\s\S]*vehicle_id +7 +imei = "7"[\s\S]*event 2: a row[\s\S]*vehicle_id +8 +unit = "8"/,
  );
  expect(text).toMatch(/speed +18.52 km\/h +kn = 10, Knots/);
});

test("an event in the default format is shown by its own names, whatever the mapping, in an envelope too", () => {
  const mapping: EventMapping = {
    preset: "CloudEvents",
    vehicle: {path: "imei"},
    time: {path: "ts"},
    fields: [{name: "latitude", path: "gps.lat"}],
  };
  for (const sample of [plain, {specversion: "1.0", id: "1", data: plain}]) {
    const {text, ok} = tryEvents(samplesOf(sample), {mapping});
    expect([ok, text]).toEqual([true, expect.stringMatching(/vehicle_id +v1 +vehicle_id = "v1"/)]);
    expect(text).toMatch(/timestamp +\S+ +timestamp = "2026/);
    expect(text).toMatch(/latitude +48 ° +latitude = 48/);
  }
});

test("samples of several dialects get a mapping with an alternative for each", () => {
  const traccar = {
    position: {latitude: 48, longitude: 11, speed: 10, fixTime: plain.timestamp, deviceId: 3},
    device: {uniqueId: "t1"},
  };
  const own = {unit: "u1", when: {utc: plain.timestamp}, pos: {lat: 48, lng: 11, speed_mph: 50}};
  const samples = samplesOf(nested, own, traccar, {...plain, speed: 50}, nested, own);
  const {data, text, ok} = suggestMapping(samples);
  expect([text.split("\n")[0], ok]).toEqual(["# 6 of 6 samples can be read", true]);
  const {mapping} = (data as {spec: {event: {mapping: EventMapping}}}).spec.event;
  expect(mapping.alternatives).toHaveLength(3);
  const rows = (tryEvents(samples, {mapping}).data as {row: {vehicle_id: string; speed: number}}[]).map(({row}) => row);
  expect(rows.map(({vehicle_id}) => vehicle_id)).toEqual(["7", "u1", "t1", "v1", "7", "u1"]);
  expect(rows.map(({speed}) => speed)).toEqual([18.52, 80.4672, 18.52, 50, 18.52, 80.4672]);
});

test("samples of which some say nothing get no alternative for these", () => {
  const {data, text, ok} = suggestMapping(samplesOf(nested, "hello", nested));
  expect(text).toMatch(/^# 2 of 3 samples can be read; of the rest the first: not JSON/);
  expect((data as {spec: {event: {mapping: EventMapping}}}).spec.event.mapping).not.toHaveProperty("alternatives");
  expect(ok).toBe(false);
});
