import avsc from "avsc";

const ROUNDS = 200;
const SECOND_MS = 1_000;
/** Of the first events: lately, so that no store's retention has come to them. */
const START = Math.floor(Date.now() / SECOND_MS) * SECOND_MS - ROUNDS * SECOND_MS;
/** The time of all events, for queries. */
export const RANGE = ["--since", at(0), "--until", at(ROUNDS)];

/** The Avro schema of one of them, as it is registered. */
export const SCHEMA = {
  type: "record",
  name: "Position",
  fields: [
    {name: "vehicle_id", type: "string"},
    {name: "timestamp", type: {type: "long", logicalType: "timestamp-millis"}},
    ...["latitude", "longitude", "speed"].map((name) => ({name, type: "double"})),
    {name: "odometer", type: ["null", "long"], default: null},
  ],
} as const;
const avro = avsc.Type.forSchema(SCHEMA as unknown as avsc.Schema);

type Event = {vehicle_id: string} & Record<string, unknown>;

const place = (round: number) => ({latitude: 48 + round / 1_000, longitude: 11 + round / 1_000});
/** A message of each dialect, and what its events are in the default format. */
const dialects: Record<string, (round: number, schema: number) => {value: Buffer | string; events: Event[]}> = {
  nested: (round) => {
    const {latitude, longitude} = place(round);
    const [imei, odometer] = [867_946_050_786_710, 9_007_199_254_740_000 + round];
    const value = {
      imei,
      ts: START + round * SECOND_MS,
      gps: {lat: latitude, lon: longitude, kn: 10},
      hold: {temp_f: 50},
    };
    return {
      value: JSON.stringify({...value, odometer}),
      events: [
        {vehicle_id: String(imei), timestamp: at(round), latitude, longitude, speed: 18.52, temperature: 10, odometer},
      ],
    };
  },
  cloudEvent: (round) => {
    const data = {vehicle_id: "truck-17", timestamp: at(round), ...place(round), speed: 80, odometer: round};
    return {
      value: JSON.stringify({specversion: "1.0", id: String(round), source: "/tms", type: "position", data}),
      events: [data],
    };
  },
  lines: (round) => {
    const events = [1, 2, 3].map((van) => ({
      vehicle_id: `van-${van}`,
      timestamp: at(round),
      ...place(round),
      speed: van,
    }));
    return {value: `${events.map((event) => JSON.stringify(event)).join("\n")}\n`, events};
  },
  avro: (round, schema) => {
    const event = {vehicle_id: "bus-3", ...place(round), speed: 31.5, odometer: round};
    const head = Buffer.alloc(5);
    head.writeUInt32BE(schema, 1);
    const body = avro.toBuffer({...event, timestamp: START + round * SECOND_MS});
    return {value: Buffer.concat([head, body]), events: [{...event, timestamp: at(round)}]};
  },
  own: (round) => {
    const event = {
      vehicle_id: "car-9",
      timestamp: at(round),
      ...place(round),
      speed: 50,
      temperature: 20,
      humidity: 40,
    };
    return {value: JSON.stringify(event), events: [event]};
  },
};

/**
 * Messages of all five, in turns.
 *
 * @param schema id of SCHEMA in the registry
 */
export function messagesOf(schema: number): {key: string; value: Buffer | string; events: Event[]}[] {
  return Array.from({length: ROUNDS}, (_, round) =>
    Object.entries(dialects).map(([key, make]) => ({key, ...make(round, schema)})),
  ).flat();
}

function at(round: number): string {
  return new Date(START + round * SECOND_MS).toISOString();
}
