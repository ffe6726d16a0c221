import {expect, test} from "vitest";
import {keepMasterData, readMasterData} from "./master-data.ts";

const vehicle = (plate: string | null) => ({vehicle_id: "v1", plate, group: "n", groupName: "North", driver: null});

test("pages get a new version when anything has changed, and none while there is nothing", async () => {
  let [vehicles, groups]: object[][] = [[], []];
  const kept = keepMasterData(
    readMasterData(async (text) => (text.includes("FROM vehicle_current") ? vehicles : groups) as object[]),
  );
  await kept.poll();
  expect(kept).toMatchObject({version: undefined, text: undefined});
  [vehicles, groups] = [[vehicle("A 1")], [{id: "n", name: "North", parent: null}]];
  await kept.poll();
  const first = kept.version;
  expect(JSON.parse(kept.text!)).toEqual({
    groups: [{id: "n", name: "North"}],
    vehicles: {v1: {plate: "A 1", group: "n", groupName: "North"}},
  });
  await kept.poll();
  expect(kept.version).toBe(first);
  vehicles = [vehicle("A 2")];
  await kept.poll();
  expect(kept.version).not.toBe(first);
  vehicles = groups = [];
  await kept.poll();
  expect(kept.version).toBeUndefined();
});

test.each(["42P01", "42501"])("a server that refuses with %s has none, and another failure is one", async (code) => {
  const refuse = (error: object) => readMasterData(() => Promise.reject(Object.assign(new Error("refused"), error)))();
  expect(await refuse({code})).toEqual({groups: [], vehicles: {}});
  await expect(refuse({code: "57P01"})).rejects.toThrow("refused");
});
