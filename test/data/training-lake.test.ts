import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect} from "vitest";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {runProgram} from "./ingester.ts";
import {lakeRows} from "./lake-rows.ts";
import {test} from "./lanes.ts";
import {expectExact} from "./load.ts";
import {stack} from "./shared.ts";

const extensions = await duckdbFolder();
const DAY_MS = 86_400_000;

test("a training reads the lake where there is one, and says what its events lack", async ({open}) => {
  const trial = await open("lake");
  await trial.start();
  await trial.send(20);
  await expectExact(trial);
  const rows = await lakeRows(stack.servers.lake.address, trial.environment.LAKE_NAMESPACE!);
  const vehicles = new Set(rows.map(({vehicle_id}) => vehicle_id)).size;
  const work = mkdtempSync(join(tmpdir(), "training-lake-"));
  const latest = Math.max(...rows.map(({ts}) => ts.getTime()));
  const extract = async (model: string, more: Record<string, string> = {}) =>
    JSON.parse(
      await runProgram("workloads/predictions/training/extract.ts", [model], {
        ...trial.environment,
        ...{DUCKDB_EXTENSIONS: extensions, WORK: work, COLD_CHAIN_MAX: "-12", TRAINING_DAYS: "40"},
        ...{INTERVAL_END: new Date(latest + 2 * DAY_MS).toISOString(), ...more},
      }),
    );
  try {
    const skipped = `not enough data yet: events of ${vehicles} vehicles, of 1000 needed`;
    expect(await extract("cooling-unit", {MIN_VEHICLES: "1000"})).toEqual({skipped});
    expect(JSON.parse(readFileSync(join(work, "result.json"), "utf8"))).toEqual({skipped});
    for (const model of ["cooling-unit", "cold-chain-breach"]) {
      const {skipped: further} = await extract(model, {MIN_VEHICLES: "0"});
      expect(further).toMatch(/^not enough data yet: \d+ rows, of 1000 needed; it happened 0 times, of 30 needed/);
      expect(JSON.parse(readFileSync(join(work, "meta.json"), "utf8"))).toMatchObject({model, source: "lake"});
    }
    await expect(extract("sensor-fault")).rejects.toThrow("sensor-fault is not trained: its rule is all there is");
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
});
