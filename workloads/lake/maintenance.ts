import {VEHICLE} from "../../api/event.ts";
import {number} from "../lib/environment.ts";
import {exitFlushed, lastWords} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {lakeConnection} from "./connection.ts";
import {openDuckdb} from "./duckdb.ts";
import {freeMemory, withFolder} from "./memory.ts";
import {momentOf} from "./moment.ts";
import {erase} from "./upkeep/erasure.ts";
import {restore} from "./upkeep/restore.ts";
import {type Lake, withLake} from "./upkeep/tables.ts";
import {tend} from "./upkeep/upkeep.ts";

/**
 * Tends the tables of the lake: drops days that are older than LAKE_RETENTION_SECONDS, merges small files, expires snapshots, and removes files that nothing
 * leads to. `restore TIME` shows the tables as they were; `erase VEHICLE` removes each row of a vehicle. The answer is JSON, on stdout and as the pod's
 * termination message. It changes nothing but by commits, and so runs beside the ingester.
 */
const log = logger("maintenance", "stderr");
const tasks: Record<string, (lake: Lake, argument: string) => Promise<unknown>> = {
  tend: tendAll,
  restore: back,
  erase: eraseVehicle,
};
const [name = "tend", argument = ""] = process.argv.slice(2);

try {
  const task = tasks[name];
  if (!task) throw new Error(`"${name}" is no task: name ${Object.keys(tasks).join(", ")}`);
  answer(JSON.stringify(await withLake((lake) => task(lake, argument))));
  await exitFlushed(0);
} catch (error) {
  log.error({err: error}, `${name} failed`);
  answer((error as Error).message);
  await exitFlushed(1);
}

function tendAll({tables, objects}: Lake) {
  const retentionMs = process.env.LAKE_RETENTION_SECONDS ? number("LAKE_RETENTION_SECONDS") * 1_000 : undefined;
  return withFolder(async (work) => {
    const connection = await openDuckdb(lakeConnection().s3, {memoryMiB: freeMemory(), work});
    const done = [];
    for (const table of tables) done.push(await tend({table, objects, connection, retentionMs, now: Date.now(), log}));
    return done;
  });
}

function back(lake: Lake, to: string) {
  return restore(lake, momentOf("--to", to, Date.now()));
}

function eraseVehicle(lake: Lake, vehicle: string) {
  if (!new RegExp(VEHICLE.pattern, "u").test(vehicle)) throw new Error(`"${vehicle}" is no vehicle's name`);
  return withFolder(async (work) =>
    erase(lake, await openDuckdb(lakeConnection().s3, {memoryMiB: freeMemory(), work}), vehicle, Date.now()),
  );
}

function answer(line: string) {
  process.stdout.write(`${line}\n`);
  lastWords(line);
}
