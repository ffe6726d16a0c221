import type {Dialect, FieldMapping, PRESETS} from "../components/event.ts";

type Preset = Omit<Dialect, "preset">;

/** Names under which senders commonly give readings that are in the event's own units, with what stands before them. */
const named = (...before: string[]): FieldMapping[] => {
  const places = (...names: string[]) => before.flatMap((one) => names.map((name) => `${one}${name}`)).join(" | ");
  return [
    {name: "latitude", path: places("latitude", "lat")},
    {name: "longitude", path: places("longitude", "lon", "lng")},
    {name: "speed", path: places("speed")},
    {name: "temperature", path: places("temperature", "temp")},
    {name: "humidity", path: places("humidity")},
  ];
};

const sensor = (of: string) =>
  [`sensor.${of}`, `sensor.${of}.1`, `ble.sensor.${of}.1`, `external.${of}`, of]
    .map((name) => `["${name}"]`)
    .join(" | ");

const VEHICLE = "vehicle_id | vehicleId | vehicle | deviceId | device_id";
const TIME = "timestamp | ts | time";

export const presets: Record<(typeof PRESETS)[number], Preset> = {
  None: {},
  // In binary mode the value is the event itself, and the envelope is in headers.
  CloudEvents: {
    events: "data | data_base64",
    vehicle: {path: `${VEHICLE} | $.subject | @header.ce_subject`},
    time: {path: `${TIME} | $.time | @header.ce_time`},
    fields: named(""),
  },
  // What devices upload, a gateway by the names of its devices, and what the rule engine's Kafka node sends with its metadata as headers.
  ThingsBoard: {
    events: "*[]",
    vehicle: {
      path: "values.vehicle_id | vehicle_id | deviceName | device | @name | @header.tb_msg_md_deviceName | @key",
    },
    time: {path: "ts | timestamp | @header.tb_msg_md_ts | @time"},
    fields: named("values.", ""),
  },
  // Its speed is in knots.
  Traccar: {
    vehicle: {path: "device.uniqueId | uniqueId | position.deviceId | deviceId"},
    time: {path: "position.fixTime | fixTime | position.deviceTime | deviceTime"},
    fields: [
      {name: "latitude", path: "position.latitude | latitude"},
      {name: "longitude", path: "position.longitude | longitude"},
      {name: "speed", path: "position.speed | speed", unit: "Knots"},
      {name: "temperature", path: "position.attributes.temp1 | position.attributes.temperature | attributes.temp1"},
      {name: "humidity", path: "position.attributes.humidity | attributes.humidity"},
    ],
  },
  OwnTracks: {
    vehicle: {path: "vehicle_id | @header.device | @key | tid"},
    time: {path: "tst", format: "Seconds"},
    fields: [
      {name: "latitude", path: "lat"},
      {name: "longitude", path: "lon"},
      {name: "speed", path: "vel"},
    ],
  },
  // The shadow that its trackers report to AWS IoT; ids of its AVL parameters for Dallas temperature (tenths) and humidity.
  TeltonikaJson: {
    events: "state.reported",
    vehicle: {path: "imei | IMEI | $.imei | $.IMEI | @key"},
    time: {path: "ts | timestamp"},
    fields: [
      {name: "latitude", path: "latlng", separator: ",", part: 0},
      {name: "longitude", path: "latlng", separator: ",", part: 1},
      {name: "speed", path: "sp"},
      {name: "temperature", path: "72", scale: 0.1, nulls: [3000, 4000, 5000]},
      {name: "humidity", path: "86", scale: 0.1},
    ],
  },
  AwsIot: {
    events: "state.reported",
    vehicle: {
      path: `${VEHICLE} | thingName | clientId | clientid | $.thingName | $.clientId | $.clientid | @key`,
    },
    time: {path: `${TIME} | $.timestamp | $.ts`},
    fields: named("", "location.", "gps.", "position."),
  },
  // The JSON converter's envelope, and in it Debezium's.
  KafkaConnect: {events: "payload.after | payload", vehicle: {path: VEHICLE}, time: {path: TIME}, fields: named("")},
  // Its parameters have dots in their names; a sensor's has the sensor's number behind it.
  Flespi: {
    vehicle: {path: "ident"},
    time: {path: "timestamp"},
    fields: [
      {name: "latitude", path: '["position.latitude"]'},
      {name: "longitude", path: '["position.longitude"]'},
      {name: "speed", path: '["position.speed"]'},
      {name: "temperature", path: sensor("temperature")},
      {name: "humidity", path: sensor("humidity")},
    ],
  },
};
