import {expect, test} from "vitest";
import {createReader} from "./read.ts";

const event = {timestamp: "2026-11-24T16:04:26.752Z", latitude: 48.05, longitude: 11.57};

test("a record of Kafka, whose parts are getters, has them beside its topic and the name of an entry too", () => {
  class Record {
    get key() {
      return Buffer.from("truck-7");
    }
    get value() {
      return Buffer.from(JSON.stringify({fleet: {one: event}}));
    }
    get headers() {
      return {unit: Buffer.from("4711")};
    }
  }
  const vehicles = ["@key", "@header.unit", "@topic", "@name"].map((path) => {
    const read = createReader({events: "fleet.*", vehicle: {path: `${path} | @topic`}});
    return read(new Record(), "topic-1").rows[0]?.vehicle_id;
  });
  expect(vehicles).toEqual(["truck-7", "4711", "topic-1", "one"]);
});
