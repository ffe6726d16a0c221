import {expect, test} from "vitest";
import {answerPrinter} from "./sql.ts";

const LINES = ['{"columns":["id","a,b","n"]}', '["v1",9007199254740993,null]', '["x \\"y\\"\\nz",[1,{"k":2}],1.50]'];

const printed = (format: string): string => {
  let text = "";
  const printer = answerPrinter(format, (more) => {
    text += more;
  });
  for (const line of LINES) printer.add(line);
  printer.finish();
  return text;
};

test("an answer as a table has columns as wide as their cells, and says NULL", () => {
  expect(printed("table")).toBe(
    [
      "id        a,b                n",
      "v1        9007199254740993   NULL",
      'x "y" z   [1,{"k":2}]        1.50',
      "",
    ].join("\n"),
  );
});

test("as JSON each row is an object, whose numbers keep their digits", () => {
  expect(printed("json")).toBe(
    '{"id":"v1","a,b":9007199254740993,"n":null}\n{"id":"x \\"y\\"\\nz","a,b":[1,{"k":2}],"n":1.50}\n',
  );
});

test("as CSV nothing is no value, and nested values are JSON", () => {
  expect(printed("csv")).toBe('id,"a,b",n\nv1,9007199254740993,\n"x ""y""\nz","[1,{""k"":2}]",1.50\n');
});
