import {expect, test} from "vitest";
import {specSchema} from "../pipeline.ts";

test.each<[string, object[], string]>([
  [
    "two fields of one name",
    [
      {name: "a", type: "int"},
      {name: "a", type: "json"},
    ],
    "two fields have one name",
  ],
  ["the name of a reading", [{name: "speed", type: "double"}], "a column of the stores has this name already"],
  ["the name of a column", [{name: "extra", type: "json"}], "a column of the stores has this name already"],
  ["too many fields", Array.from({length: 201}, (_, at) => ({name: `f${at}`, type: "int"})), "<=200 items"],
])("%s: a command that reads a file refuses it, as the API server does", (_, fields, message) => {
  const {error} = specSchema.safeParse({event: {fields}});
  expect(error?.issues.map((issue) => issue.message)).toEqual([expect.stringContaining(message)]);
});
