import {expect, test} from "vitest";
import {parse} from "yaml";
import {serialize} from "./output.ts";

test("what is text in YAML 1.1 alone is quoted: kubectl would read it as something else", () => {
  const texts = {bundle: "y", state: "off", port: "0o17", time: "12:30"};
  expect(parse(serialize(texts, "yaml"), {version: "1.1"})).toEqual(texts);
  expect(serialize({bundle: "y"}, "yaml")).toBe('bundle: "y"');
});
