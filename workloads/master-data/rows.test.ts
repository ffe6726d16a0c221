import {expect, test} from "vitest";
import type {MasterKindName} from "../../api/master-data.ts";
import {csvRows} from "./csv.ts";
import {type Heading, headingOf, rowOf} from "./rows.ts";

/** What a file is read as, a line each: its rows, and what is wrong with it. */
async function read(
  file: string | Buffer,
  {kind = "vehicles", size = 1 << 16}: {kind?: MasterKindName; size?: number} = {},
) {
  const bytes = Buffer.from(file);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: [line: number, found: unknown][] = [];
  let heading: Heading | undefined;
  for await (const found of csvRows(chunks())) {
    if ("problem" in found) lines.push([found.line, found.problem]);
    else if (heading) lines.push([found.line, rowOf(kind, heading, found.cells)]);
    else {
      const first = headingOf(kind, found.cells);
      if (Array.isArray(first)) return [[found.line, first]];
      heading = first;
    }
  }
  return lines;
}

const row = (key: string, given: (string | null)[] = [], more: object = {}) => ({
  key,
  given,
  validFrom: null,
  attributes: {},
  ...more,
});

test.each([
  ["commas", "vehicle_id,plate\nv1,A 1\n"],
  ["semicolons", "vehicle_id;plate\nv1;A 1\n"],
  ["tabs", "vehicle_id\tplate\nv1\tA 1"],
  ["a BOM and ends of lines of Windows", "\ufeffvehicle_id,plate\r\nv1,A 1\r\n"],
  ["names for people, and blanks around cells", "Vehicle ID, Plate\n v1 , A 1 \n"],
  ["quotes everywhere", '"vehicle_id","plate"\n"v1","A 1"\n'],
])("a file with %s is read, in whatever pieces it comes", async (_, file) => {
  for (const size of [1, 2, 3, 7, 1_000]) expect(await read(file, {size})).toEqual([[2, row("v1", ["A 1"])]]);
});

test("quoted cells may have delimiters and quotes in them, and empty cells have no value", async () => {
  const file = 'vehicle_id,name,plate,attributes.Color\nv1,"the ""big"", red one",,red\n\n,,,\nv2,"",,\n';
  expect(await read(file)).toEqual([
    [2, row("v1", ['the "big", red one', null], {attributes: {Color: "red"}})],
    [5, row("v2", [null, null])],
  ]);
});

test("columns are in the order of the file, and group and driver are ids", async () => {
  expect(await read("driver,valid_from,vehicle,group\nAda,2026-03-01,v1,North\n")).toEqual([
    [2, row("v1", ["Ada", "North"], {validFrom: "2026-03-01"})],
  ]);
});

test.each<[string, string | Buffer, number, RegExp]>([
  ["half a row", "vehicle_id,plate\nv1", 2, /^the row has 1 of 2 cells: see whether the file is complete/],
  ["half a quoted cell", 'vehicle_id,plate\nv1,"A 1', 2, /^a quote is opened and not closed/],
  ["a quote that nobody closes", `vehicle_id\nv1\n"${"v\n".repeat(1 << 20)}`, 3, /^a quote is opened and not closed/],
  ["text behind a quote", 'vehicle_id,plate\nv1,"A" 1\n', 2, /^there is text behind a quoted cell \("A"\)/],
  ["a quote within a cell", 'vehicle_id,plate\nv1,5"\n', 2, /is not quoted: put it in quotes/],
  ["a cell too many", "vehicle_id,plate\nv1,A,1\n", 2, /^the row has more cells than the first line/],
  ["a value without a column", "vehicle_id,,plate\nv1,x,A\n", 2, /^"x" is in column 2, which has no name/],
  ["a date of no calendar", "vehicle_id,next_service\nv1,2027-02-30\n", 2, /^next_service "2027-02-30" is no date/],
  ["a date of a spreadsheet", "vehicle_id,next_service\nv1,31.03.2027\n", 2, /is no date: write it as 2027-03-31/],
  ["a time without its zone", "vehicle_id,valid_from\nv1,2026-01-01T08:00\n", 2, /^valid_from .* is no time/],
  ["an hour that is none", "vehicle_id,valid_from\nv1,2026-01-01T25:00Z\n", 2, /^valid_from .* is no time/],
  ["a line break in a cell", 'vehicle_id,name\nv1,"a\nb"\nv2,x\n', 2, /^name has a line break/],
  ["a cell that is too long", `vehicle_id,name\nv1,${"x".repeat(501)}\n`, 2, /^name has 501 characters, of which 500/],
  ["an id that no event can have", "vehicle_id\n*\n", 2, /^vehicle_id "\*" is none that events can have/],
  ["a row without an id", "vehicle_id,plate\n,A 1\n", 2, /^vehicle_id is empty: every row needs one/],
  ["an unknown column", "vehicle_id,Colour\nv1,red\n", 1, /^column "Colour" is unknown: name it attributes\.colour/],
  ["an attribute without a name", "vehicle_id,attributes.\nv1,red\n", 1, /names no attribute/],
  ["no id", "plate\nA 1\n", 1, /^there is no column vehicle_id/],
  ["a column twice", "vehicle_id,group,group_id\nv1,a,b\n", 1, /^column group_id is there twice/],
  ["Latin-1", Buffer.from("vehicle_id,driver\nv1,J\u00fcrgen\n", "latin1"), 2, /^is not UTF-8: save the file as/],
  ["UTF-16", Buffer.from("\ufeffvehicle_id\nv1\n", "utf16le"), 1, /^is not UTF-8/],
])("%s is named with its line and the remedy", async (_, file, line, message) => {
  const [[at, problem] = []] = await read(file).then((lines) => lines.filter(([, found]) => !isRow(found)));
  expect(at).toBe(line);
  expect([problem].flat().join()).toMatch(message);
});

const isRow = (found: unknown) => typeof found === "object" && !Array.isArray(found);
