import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {DUCKDB_VERSION} from "./duckdb.ts";

test("the extensions are of the version of DuckDB's package, which loads no others", () => {
  const {devDependencies} = JSON.parse(readFileSync("package.json", "utf8"));
  expect(devDependencies["@duckdb/node-api"].split("-")[0]).toBe(DUCKDB_VERSION);
});
