import {existsSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../files.ts";
import {cacheDir} from "../instance.ts";
import {installPackages} from "../preflight.ts";
import {run} from "../shell.ts";
import {type Wheel, wheelFile} from "./wheel.ts";

/** The version of DuckDB that its extensions are for: that of the package in package.json. */
export const DUCKDB_VERSION = "1.5.5";

/** DuckDB's own files, with its signature, which it verifies when it loads them. */
const SHA256 = {
  httpfs: "84913dbe172ccb54368de2c4a020c38ca8b0e76f99df548f7fac37934cc7826f",
  avro: "9b7b37455a8e9ae498b0fa97404831c15c412aa5fd2c969c032e1d8231a43049",
  iceberg: "cb7d238d733dff8047771be11f75d21aa417152c992e26ed7688d0d334285bb4",
};

/** The extensions of DuckDB: it would download them where it needs one, and pods have no way out. */
export const duckdbExtensions: Wheel[] = Object.entries(SHA256).map(([name, sha256]) => ({
  requirement: `duckdb-extension-${name}==${DUCKDB_VERSION}`,
  sha256,
  from: `duckdb_extension_${name}/extensions/v${DUCKDB_VERSION}`,
  paths: [`${name}.duckdb_extension`],
  folder: `duckdb/${name}`,
}));

/** The folder of the extensions on this machine, for tests. */
export async function duckdbFolder(): Promise<string> {
  const folder = join(cacheDir, `duckdb-${DUCKDB_VERSION}`);
  if (existsSync(folder)) return folder;
  await installPackages({"python3-pip": "/usr/bin/pip3", unzip: "/usr/bin/unzip"});
  return makeWhole(folder, async (out) => {
    for (const wheel of duckdbExtensions) {
      const files = wheel.paths.map((path) => `${wheel.from}/${path}`);
      await run("unzip", ["-q", "-j", await wheelFile(wheel), ...files, "-d", out]);
    }
  });
}
