import {readFileSync} from "node:fs";
import {expect, test} from "vitest";

test("the operator's modules are compiled with the flags that it runs with: for others Node would not read them", () => {
  const text = readFileSync("operator/Dockerfile", "utf8");
  const flagsOf = (instruction: string): string[] => {
    const [, ...args] = JSON.parse(new RegExp(`^${instruction} (\\["node".*)$`, "m").exec(text)![1]!);
    // These two change nothing that the cache is told apart by.
    return args
      .slice(0, args.indexOf("operator/main.ts"))
      .filter((flag: string) => !/random-seed|predictable/.test(flag));
  };
  expect(flagsOf("RUN")).toEqual(flagsOf("ENTRYPOINT"));
});
