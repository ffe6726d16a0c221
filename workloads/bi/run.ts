import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import {text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {logger} from "../lib/process.ts";
import {stopSignal} from "../lib/stop.ts";
import {openMetabase} from "./metabase/server.ts";
import * as metrics from "./metrics.ts";
import type {BiServer, Provisioned} from "./server.ts";
import {openSupersetServer} from "./superset/server.ts";
import {wantedOf} from "./wanted.ts";

/**
 * Keeps the dashboards of the BI server as they are wanted. Serves how they are: /metrics, and /status with `{problem, edited, missing}`, whose problem is
 * null once all was made that can be.
 */
const PERIOD_MS = 10_000;
/** What a person deleted comes back after so long. */
const PROVISION_MS = 300_000;
/** What is missing is tried again. */
const AGAIN_MS = 30_000;

const SERVERS: Record<string, () => BiServer> = {Superset: openSupersetServer, Metabase: openMetabase};

interface Status extends Pick<Provisioned, "edited" | "missing"> {
  problem: string | null;
}

const signal = stopSignal();
const log = logger("bi-keeper");
const title = text("BI_PROVIDER");
const server = SERVERS[title]!();
const wanted = wantedOf();
const now: Status = {problem: `${title} has not answered yet`, edited: [], missing: []};
let due = 0;

collectDefaultMetrics();
serve(8_080, () => now.problem === null, {"/status": async () => now});
while (!signal.aborted) {
  const before = now.problem;
  try {
    const began = performance.now();
    await server.health();
    metrics.showUp(true, secondsSince(began));
    if (Date.now() >= due) await provision();
    now.problem = null;
  } catch (error) {
    metrics.showUp(false);
    now.problem = `${title} does not answer as it should: ${(error as Error).message}`;
  }
  const {problem} = now;
  if (problem !== before) log[problem === null ? "info" : "warn"](problem ?? "dashboards are as they are wanted");
  await sleep(PERIOD_MS, signal);
}
process.exit(0);

async function provision(): Promise<void> {
  const began = performance.now();
  const said = await server.provision(wanted);
  const seconds = secondsSince(began);
  metrics.showProvisioned(said, seconds);
  const isNews = said.missing.join() !== now.missing.join() || said.edited.join() !== now.edited.join();
  if (said.changed.length > 0 || isNews) log.info({...said, seconds}, "provisioned");
  Object.assign(now, {edited: said.edited, missing: said.missing});
  due = Date.now() + (said.missing.length > 0 ? AGAIN_MS : PROVISION_MS);
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}
