import {expect, test} from "vitest";
import type {MasterDataMessage} from "../wire.ts";
import {chooseGroup, inGroup, labelOf, masterLine, receiveMaster} from "./master.ts";
import {createModel, listed, receive} from "./model.ts";

const known: MasterDataMessage = {
  groups: [
    {id: "by", name: "Bavaria"},
    {id: "muc", name: "Munich", parent: "by"},
    {id: "n", name: "North"},
  ],
  vehicles: {
    "bus-1": {plate: "M-AB 123", group: "muc", groupName: "Munich", driver: "Ada Byron", nextService: "2027-03-31"},
    "bus-2": {plate: "HH-X 9", group: "n", groupName: "North", make: "MAN", model: "TGX"},
    "of-the-depot": {plate: "M-Z 1"},
  },
};

function fleet(...more: string[]) {
  const model = createModel();
  const ids = ["bus-1", "bus-2", "bus-3", ...more];
  receive(model, {first: 0, ids, base: 0, now: 0, rows: ids.map((_, at) => [at, 0, 48, 11, 30, 20, 50])}, 0, 0);
  return model;
}
const names = (vehicles: {id: string}[]) => vehicles.map(({id}) => id);

test("a fleet without master data is as it was", () => {
  const model = fleet();
  expect(names(inGroup(model))).toEqual(["bus-1", "bus-2", "bus-3"]);
  expect(labelOf(model.vehicles[0]!)).toBe("bus-1");
  expect(masterLine(model.vehicles[0]!)).toBe("");
});

test("plate, group and driver are beside the id, of a vehicle that joins later too", () => {
  const model = fleet();
  receiveMaster(model, known);
  expect(model.vehicles.map(labelOf)).toEqual(["bus-1 · M-AB 123", "bus-2 · HH-X 9", "bus-3"]);
  expect(masterLine(model.vehicles[0]!)).toBe("M-AB 123 · Munich · Ada Byron · next service 2027-03-31");
  expect(masterLine(model.vehicles[1]!)).toBe("HH-X 9 · North · MAN TGX");
  const late = {first: 3, ids: ["of-the-depot"], base: 0, now: 0, rows: [[3, 0, 48, 11, 30, 20, 50] as any]};
  receive(model, late, 1, 0);
  expect(labelOf(model.vehicles[3]!)).toBe("of-the-depot · M-Z 1");
});

test.each([
  ["mab123", ["bus-1"]],
  ["M-AB 1", ["bus-1"]],
  ["byron", ["bus-1"]],
  ["bus", ["bus-1", "bus-2", "bus-3"]],
  ["-", ["bus-1", "bus-2", "bus-3"]],
  ["xyz", []],
])("a search for %s finds by id, plate and driver", (search, found) => {
  const model = fleet();
  receiveMaster(model, known);
  expect(names(listed(model.vehicles, search, "id", false))).toEqual(found);
});

test("the table sorts by plate, and a vehicle without one comes first", () => {
  const model = fleet();
  receiveMaster(model, known);
  expect(names(listed(model.vehicles, "", "plate", false))).toEqual(["bus-3", "bus-2", "bus-1"]);
});

test("a group has the vehicles of those below it, and one that goes is chosen no longer", () => {
  const model = fleet();
  receiveMaster(model, known);
  chooseGroup(model, "by");
  expect(names(inGroup(model))).toEqual(["bus-1"]);
  receiveMaster(model, {...known, vehicles: {...known.vehicles, "bus-3": {group: "by"}}});
  expect(names(inGroup(model))).toEqual(["bus-1", "bus-3"]);
  receiveMaster(model, {groups: [], vehicles: {}});
  expect(names(inGroup(model))).toEqual(["bus-1", "bus-2", "bus-3"]);
  expect(model.vehicles[0]!.master).toBeUndefined();
});
