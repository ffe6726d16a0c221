import {defaultImages} from "../cdk8s/context.ts";
import {telemetryPipeline} from "./api/crd.ts";
import {ownedKinds} from "./reconcile/kinds.ts";
import {reconcile} from "./reconcile/reconcile.ts";
import {createClient, loadClusterConfig} from "./runtime/client.ts";
import {ownerKeys, startController} from "./runtime/controller.ts";
import {createLogger} from "./runtime/logger.ts";

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => stop.abort());
const log = createLogger("telemetry-operator");
const client = createClient(await loadClusterConfig());
const images = {
  workloads: process.env.WORKLOADS_IMAGE ?? defaultImages.workloads,
  timescaledb: process.env.TIMESCALEDB_IMAGE ?? defaultImages.timescaledb,
};

log.info("starting");
await startController({
  name: "telemetrypipeline",
  client,
  log,
  kind: telemetryPipeline,
  watches: ownedKinds.map((type) => ({
    type,
    labelSelector: "app.kubernetes.io/managed-by=telemetry-operator",
    map: (object) => ownerKeys(object, telemetryPipeline),
  })),
  reconcile: (key, cache) => reconcile(client, images, key, cache),
  signal: stop.signal,
});
await client.close();
log.info("stopped");
process.exit(0);
