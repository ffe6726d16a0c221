import {describe, expect} from "vitest";
import {TAKEN} from "../../api/event/identity.ts";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {LONG_SESSION} from "./trial.ts";

/** What the pipelines' spec says one after another: fields are added, moved, narrowed and removed, units put right, dialects added. */
const SPECS = [
  {mapping: {}, fields: []},
  {mapping: {}, fields: [{name: "odometer", type: "bigint"}]},
  {
    mapping: {fields: [{name: "speed", path: "gps.kn"}]},
    fields: [
      {name: "odometer", type: "bigint", max: 400},
      {name: "door", type: "boolean", path: "body.door"},
      {name: "oil", type: "float", path: "obd.oil_f", from: "Fahrenheit", unit: "°C"},
      {name: "serviced", type: "timestamp", path: "body.serviced"},
    ],
  },
  {
    mapping: {
      fields: [
        {name: "speed", path: "gps.kn", unit: "Knots"},
        {name: "temperature", path: "hold.t", nulls: [-127]},
      ],
      alternatives: [{preset: "Traccar"}],
    },
    fields: [
      {name: "door", type: "boolean", path: "body.door"},
      {name: "fuel", type: "double", default: 1},
    ],
  },
];

describe.each(DATABASES)("%s: events that are read again after spec.event was changed", (store) => {
  test("their rows are found, whichever spec made them, and another event of the vehicle and time is still told apart", async ({
    open,
  }) => {
    const place = `reread_${store}`;
    const env = {...(await makeDatabase(stack, place)), CASSANDRA_KEYSPACE: place};
    const trial = await open(store, {partitions: 1});
    const vehicle = `reread-${process.pid}`;
    const event = (second: number, more = {}) =>
      JSON.stringify({
        vehicle_id: vehicle,
        timestamp: `2026-11-09T00:00:${String(second).padStart(2, "0")}.000Z`,
        latitude: 48,
        longitude: 11,
        gps: {kn: second % 2 ? 9.1 : 250},
        odometer: second % 3 ? 500 : 300,
        hold: {t: second % 2 ? 4.5 : -127},
        body: {door: second % 2, serviced: "2026-01-01T01:00:00+01:00"},
        obd: {oil_f: 199.9},
        note: `n${second}`,
        ...more,
      });
    let events = 0;
    let twins = 0;
    for (const [at, {mapping, fields}] of [...SPECS, SPECS[1]!].entries()) {
      const spec = {...env, EVENT_MAPPING: JSON.stringify(mapping), EVENT_FIELDS: JSON.stringify(fields)};
      await prepareSchemas(stack, spec, [store]);
      if (at > 0)
        await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
      const ingester = await trial.start({...spec, ...LONG_SESSION});
      await trial.caughtUp();
      expect(await trial.deadLetters()).toHaveLength(twins);
      const {flagged} = await waitFor("its figures", 240_000, () => ingester.freshness().catch(() => undefined));
      expect(flagged).toEqual({
        ...(events > 0 ? {Repeated: events} : {}),
        ...(twins > 0 ? {SameTime: twins} : {}),
      });
      // New ones, and another one of the vehicle and time of the first event of all, which an earlier spec has read.
      for (let more = 0; more < 4; more++) await trial.sendRaw(vehicle, event(events++));
      await trial.sendRaw(vehicle, event(0, {note: `another ${at}`}));
      twins++;
      await trial.caughtUp();
      const letters = await trial.deadLetters();
      expect(letters.map(({reason}) => reason)).toEqual(Array(twins).fill(TAKEN));
      await ingester.drain();
    }
    const range = ["--since", "2026-11-09T00:00:00Z", "--until", "2026-11-10T00:00:00Z"];
    const environment = {...trial.environment, ...env};
    const rows = await runProgram("workloads/query/main.ts", ["query", "--vehicle", vehicle, ...range], environment);
    expect(rows.trim().split("\n")).toHaveLength(events);
    const last = {EVENT_MAPPING: JSON.stringify(SPECS[1]!.mapping), EVENT_FIELDS: JSON.stringify(SPECS[1]!.fields)};
    const audited = await runProgram("workloads/audit/main.ts", [], {...environment, ...last});
    expect(JSON.parse(audited)).toMatchObject({rows: events, missing: 0, extra: 0, altered: 0, earlier: 8});
  });
});
