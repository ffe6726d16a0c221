import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {DUCKDB_VERSION} from "./duckdb.ts";

test("the extensions are of the version of DuckDB's packages, of npm and of Python, which load no others", () => {
  const {devDependencies} = JSON.parse(readFileSync("package.json", "utf8"));
  expect(devDependencies["@duckdb/node-api"].split("-")[0]).toBe(DUCKDB_VERSION);
  expect(readFileSync("workloads/superset/requirements.txt", "utf8")).toMatch(`\nduckdb==${DUCKDB_VERSION} `);
});
