import {readFileSync} from "node:fs";
import {hostname} from "node:os";
import {imagesFrom} from "../cdk8s/context.ts";
import {readFreshness} from "./components/store-figures.ts";
import {runOperator} from "./run.ts";
import {createClient, loadClusterConfig} from "./runtime/client.ts";
import {startElection} from "./runtime/election.ts";
import {getJson} from "./runtime/get-json.ts";
import type {OnAnswer} from "./runtime/http.ts";
import {createLogger} from "./runtime/logger.ts";
import {createMetrics} from "./runtime/metrics.ts";
import {reportOutage} from "./runtime/outage.ts";
import {serve} from "./runtime/server.ts";
import {keyOf} from "./runtime/types.ts";

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => stop.abort());
const NAME = "telemetry-operator";
const log = createLogger(NAME);
const {version} = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
if (process.argv.includes("--version")) {
  console.log(version);
  process.exit(0);
}
const metrics = createMetrics(version);
const {signal} = stop;

try {
  const config = await loadClusterConfig();
  const outage = reportOutage(log, config.server);
  const onAnswer: OnAnswer = (...answer) => {
    metrics.requested(answer[0], answer[1]);
    outage(...answer);
  };
  // With connections of its own: a renewal never waits behind what a thousand pipelines ask for.
  const leaseClient = createClient(config, onAnswer, signal);
  let synced = false;
  const port = Number(process.env.HTTP_PORT ?? 8080);
  const server = serve(port, {registry: metrics.registry, ready: () => synced});
  log.info({version, server: config.server}, "starting");
  const lease = {namespace: process.env.POD_NAMESPACE ?? config.namespace, name: process.env.LEASE_NAME ?? NAME};
  const identity = `${hostname()}-${process.pid}`;
  const election = startElection({client: leaseClient, log, ...lease, identity, signal});
  const client = createClient(config, onAnswer, signal, election.term);
  void election.elected.then(() => metrics.leading(NAME, !signal.aborted));
  void election.lost.then(() => process.exit(1));
  await runOperator({
    client,
    log,
    metrics,
    signal,
    readFreshness,
    getJson,
    images: imagesFrom(process.env),
    runbookUrl: process.env.RUNBOOK_URL || undefined,
    operator: keyOf({metadata: lease}),
    namespace: process.env.WATCH_NAMESPACE || undefined,
    elected: election.elected,
    onSynced: () => {
      synced = true;
    },
  });
  await election.release().catch((error: Error) => log.warn({error: error.message}, "the Lease was not handed over"));
  server.close();
  await Promise.all([client.close(), leaseClient.close()]);
  log.info("stopped");
  process.exit(0);
} catch (error) {
  log.fatal({err: error}, (error as Error).message);
  process.exit(1);
}
