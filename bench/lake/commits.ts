import {pino} from "pino";
import {eventContent} from "../../workloads/ingester/lake-events.ts";
import {LakeWriter} from "../../workloads/ingester/lake-writer.ts";
import {parseFleet} from "../../workloads/simulator/config.ts";
import {Fleet} from "../../workloads/simulator/fleet.ts";
import type {Row} from "../../workloads/telemetry.ts";
import {quantile} from "../peers/report.ts";
import {COMMIT_SECONDS, type Place} from "./server.ts";

const COMMITS = 200;
const VEHICLES = 1_000;
const FROM = Date.UTC(2025, 11, 1, 12);

/** Commits one after another, each of what a thousand vehicles send between two: from rows in hand to rows that can be read, ms. */
export async function commits({table, objects}: Place) {
  const writer = new LakeWriter({
    table,
    objects,
    content: eventContent({table, objects, columns: [], isPositioned: false}),
    intervalMs: 3_600_000,
    log: pino({level: "silent"}),
    onTrouble(error) {
      throw error;
    },
  });
  const next = fleetRows();
  const times: number[] = [];
  let rows = 0;
  for (let commit = 0; commit < COMMITS; commit++) {
    const batch = next();
    rows += batch.length;
    await writer.write(batch);
    const began = performance.now();
    await writer.flush();
    times.push(performance.now() - began);
  }
  return {
    count: COMMITS,
    rows: Math.round(rows / COMMITS),
    p50: Math.round(quantile(times, 0.5)),
    p99: Math.round(quantile(times, 0.99)),
    max: Math.round(Math.max(...times)),
  };
}

/** Makes the rows of the next seconds with each call. */
function fleetRows(): () => Row[] {
  const settings = parseFleet({vehicles: VEHICLES, seed: 3});
  const fleet = new Fleet(settings, {from: 0, to: VEHICLES}, FROM);
  let [seconds, offset] = [0, 0n];
  return () => {
    const rows: Row[] = [];
    for (const end = seconds + COMMIT_SECONDS; seconds < end; seconds++)
      for (const events of fleet.due(FROM + seconds * 1_000 + 999))
        for (const {value} of events) {
          const {timestamp, ...rest} = JSON.parse(value);
          rows.push({extra: null, ...rest, ts: new Date(timestamp), fields: ["commits", 0, offset++, 0]});
        }
    return rows;
  };
}
