import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {LONG_SESSION} from "./trial.ts";

/** Doubtful events: kept as they came, flagged alike in each store, and counted. */
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe.each(DATABASES)("%s: quality flags", (store) => {
  test("doubtful events are kept with their flags, shown by name, the same to an audit by the same rules, and counted", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const vehicle = `doubtful-${process.pid}-${store}`;
    const now = Date.now();
    const event = (agoMs: number, latitude: number, longitude: number) =>
      JSON.stringify({
        vehicle_id: vehicle,
        timestamp: new Date(now - agoMs).toISOString(),
        latitude,
        longitude,
        speed: 50,
        temperature: 20,
        humidity: 50,
      });
    const sent: [string, string[] | undefined][] = [
      [event(3 * DAY, 48, 11), ["ClockBehind"]],
      [event(4_000, 48, 11), undefined],
      [event(3_000, 0, 0), ["NullIsland"]],
      [event(2_000, 90, 0), ["ImpossiblePosition"]],
      [event(-60 * MINUTE, 48, 11), ["ClockAhead"]],
      [event(-61 * MINUTE, 0, 0), ["NullIsland", "ClockAhead"]],
    ];
    const env = {...trial.environment, EVENT_QUALITY: ""};
    const ingester = await trial.start({...env, ...LONG_SESSION});
    for (const [value] of sent) {
      await trial.sendRaw(vehicle, value);
      trial.acknowledge(vehicle, value);
    }
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: 0});
    const text = await runProgram(
      "workloads/query/main.ts",
      ["query", "--vehicle", vehicle, "--since", "4d", "--until", new Date(now + DAY).toISOString()],
      env,
    );
    const found = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(found.reverse()).toEqual(
      sent.map(([value, flags]) => ({...JSON.parse(value), ...(flags ? {quality_flags: flags} : {})})),
    );
    const {flagged} = await ingester.freshness();
    expect(flagged).toEqual({NullIsland: 2, ImpossiblePosition: 1, ClockAhead: 2, ClockBehind: 1});
    const audit = async (more: object) =>
      JSON.parse((await runProgram("workloads/audit/main.ts", [], {...env, ...more})).trim());
    expect(await audit({})).toMatchObject({missing: 0, extra: 0, altered: 0, reflagged: 0});
    const EVENT_QUALITY = JSON.stringify({ignore: ["ClockAhead"]});
    expect(await audit({EVENT_QUALITY})).toMatchObject({missing: 0, extra: 0, altered: 0, reflagged: 2});
  });
});
