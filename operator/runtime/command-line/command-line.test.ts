import {expect, test, vi} from "vitest";
import {complete, completionLines} from "./complete.ts";
import {helpOf, usageOf} from "./help.ts";
import {parse} from "./parse.ts";
import {runProgram} from "./run.ts";
import {command, type Program} from "./table.ts";

/** The options that the completer of NAME got. */
const seen: unknown[] = [];
const find = command({
  name: "find",
  summary: "Find a thing",
  details: "The exit code is 1 if there is none.",
  arguments: [
    {
      name: "NAME",
      summary: "name of the thing",
      complete: async (given) => {
        seen.push(given);
        return ["red", "round"];
      },
    },
    {name: "ACTION", summary: "what to do", optional: true, values: ["list", "drop"], default: "list"},
  ],
  options: {
    output: {short: "o", value: "FORMAT", summary: "Output format", values: ["table", "json"], default: "table"},
    filename: {short: "f", value: "FILE", summary: "File to read", repeated: true, complete: "file"},
    all: {short: "A", summary: "All things"},
    place: {value: "PLACE", summary: "Where", complete: async () => Promise.reject(new Error("no cluster"))},
  },
  examples: [
    ["The red one", "find red"],
    ["From a pipe", "cat list | {} find red -f -"],
  ],
  async run({NAME}, {output}) {
    if (NAME === "broken") throw new Error(`no ${output} of it`);
    return NAME === "none" ? 1 : 0;
  },
});
const other = command({
  name: "pass",
  summary: "Pass words on",
  arguments: [{name: "WORD", summary: "a word", rest: true}],
  options: {place: {value: "PLACE", summary: "Where"}},
  examples: [],
  verbatim: true,
  run: async () => 0,
});
const program: Program = {
  name: "things",
  summary: "Finds things.",
  groups: [{title: "Things", commands: [find, other]}],
};
const read = (line: string) => parse(program, line.split(" ").filter(Boolean));

test("options are read in any place, short, long and with an equals sign", () => {
  const expected = {output: "json", filename: ["a", "-"], all: true, place: undefined};
  for (const line of ["find red -o json -f a -f - -A", "-A -f a find --output=json red --filename=-"])
    expect(read(line)).toMatchObject({command: find, args: {NAME: "red", ACTION: "list"}, options: expected});
});

test("defaults stand for what is left out", () => {
  expect(read("find red").options).toEqual({output: "table", filename: [], all: false, place: undefined});
});

test("the words of a verbatim command are its own, options as well", () => {
  expect(read("--place here pass get --all -h")).toMatchObject({
    args: {WORD: ["get", "--all", "-h"]},
    options: {place: "here"},
  });
});

test.each([
  ["fnid", 'unknown command "fnid"; did you mean "find"?\n\nFinds things.'],
  ["frobnicate", 'unknown command "frobnicate"\n\n'],
  ["find red --al", "find takes no option --al; did you mean --all?\n\nUsage: things find"],
  ["find red --toString", "find takes no option --toString\n\n"],
  ["find red -x", "find takes no option -x\n\nUsage: things find"],
  ["find red --output xml", '--output is "xml": use table or json\n\nUsage:'],
  ["find red -o", "-o needs a value: table or json\n\n"],
  ["find red --place", "--place needs a value: PLACE\n\n"],
  ["find red --all=yes", "--all is a switch and takes no value\n\n"],
  ["find", "find needs the argument NAME: name of the thing\n\n"],
  ["find red paint", 'ACTION is "paint": use list or drop\n\n'],
  ["find red list blue", 'find takes no argument "blue"\n\n'],
  ["-A", '"-A" needs a command before it\n\n'],
])("%s is refused with what is right", (line, message) => {
  expect(() => read(line)).toThrow(message);
});

test("a refusal shows the options of the command, and only these", () => {
  expect(() => read("find red -x")).toThrow(/--filename FILE(.|\n)*"things find --help" shows examples\.$/);
});

test("the exit code is the command's, or 2 when the line is wrong or the command failed", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const codes = ["find red", "find none", "find", "find broken"].map((line) => runProgram(program, line.split(" ")));
  expect(await Promise.all(codes)).toEqual([0, 1, 2, 2]);
  expect(await runProgram(program, ["find", "broken"], 1)).toBe(1);
  expect(error).toHaveBeenLastCalledWith("error: no table of it");
  error.mockRestore();
});

test("help of the program and of a command", () => {
  expect(usageOf(program)).toMatchInlineSnapshot(`
    "Finds things.

    Usage: things COMMAND [OPTIONS]

    Things:
      find   Find a thing
      pass   Pass words on

    "things COMMAND --help" shows the options and examples of a command."
  `);
  expect(helpOf(program, find)).toMatchInlineSnapshot(`
    "Find a thing.

    The exit code is 1 if there is none.

    Usage: things find NAME [list|drop] [OPTIONS]

    Arguments:
      NAME     name of the thing
      ACTION   what to do: list, drop (default list)

    Options:
      -o, --output FORMAT   Output format: table, json (default table)
      -f, --filename FILE   File to read (may be repeated)
      -A, --all             All things
          --place PLACE     Where
      -h, --help            Show this help

    Examples:
      # The red one
      things find red
      # From a pipe
      cat list | things find red -f -"
  `);
});

test.each([
  ["", ["find", "pass"], ":4"],
  ["fi", ["find"], ":4"],
  ["find ", ["red", "round"], ":4"],
  ["find ro", ["round"], ":4"],
  ["find red ", ["list", "drop"], ":4"],
  ["find red --", ["--output", "--filename", "--all", "--place", "--help"], ":4"],
  ["find red -A --", ["--output", "--filename", "--place", "--help"], ":4"],
  ["find -o ", ["table", "json"], ":4"],
  ["find --output=j", ["--output=json"], ":4"],
  // As bash splits it.
  ["find --output = j", ["json"], ":4"],
  ["find --output =", ["table", "json"], ":4"],
  ["find -f ", [], ":0"],
  ["find --place ", [], ":4"],
  ["frobnicate ", [], ":4"],
])('"%s" is completed', async (line, words, directive) => {
  const lines = completionLines(await complete(program, line.split(" "))).split("\n");
  expect(lines.pop()).toBe(directive);
  expect(lines.map((each) => each.split("\t")[0])).toEqual(words);
});

test("a completer gets the options that are given so far", async () => {
  await complete(program, ["find", "--place", "here", "-A", ""]);
  expect(seen.at(-1)).toEqual({place: "here", all: true});
});
