import {exitFlushed, lastWords} from "../lib/output.ts";
import {logger, untilDone} from "../lib/process.ts";
import {stopSignal} from "../lib/stop.ts";
import {setUpCassandra} from "./cassandra.ts";
import {rollUp} from "./hourly.ts";
import {requireArrivalTime, setUpKafka} from "./kafka.ts";
import {setUpLake} from "./lake.ts";
import {SchemaProblem} from "./migrations.ts";
import {makeOwnDatabase} from "./own-database.ts";
import {dropOldChunks} from "./retention.ts";
import {scriptOf, setUpTimescaleDB} from "./timescaledb.ts";
import {setUpWarehouse} from "./warehouse.ts";

/**
 * `schema kafka|kafka-arrival-time|timescaledb|cassandra|lake|own-database|warehouse|timescaledb-retention`: waits for the server, does its work and ends. What only a person can put
 * right ends it with code 1 and a message that the pod's status, and so the pipeline's, shows; the Job tries again, ever more seldom.
 * `kafka-arrival-time` comes before the stream job. `timescaledb-retention` also brings the hourly averages up to date. `schema timescaledb-script` prints the migrations for an administrator.
 */
const signal = stopSignal();
const log = logger("schema");
const setUps: Record<string, () => Promise<unknown>> = {
  timescaledb: setUpTimescaleDB,
  cassandra: () => setUpCassandra((message) => log.info(message)),
  lake: setUpLake,
  kafka: setUpKafka,
  "own-database": makeOwnDatabase,
  warehouse: setUpWarehouse,
  "kafka-arrival-time": requireArrivalTime,
  "timescaledb-retention": async () => {
    await rollUp();
    await dropOldChunks();
  },
};
const task = process.argv[2] ?? "";
if (task === "timescaledb-script") {
  process.stdout.write(scriptOf());
  await exitFlushed(0);
}
const setUp = setUps[task];
if (!setUp) throw new Error(`"${task}" is no task: name ${Object.keys(setUps).join(", ")} or timescaledb-script`);
const done = await untilDone(`schema of ${task}`, log, signal, async () => {
  try {
    log.info({task, applied: await setUp()}, "schema is in place");
    return {code: 0};
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    log.error({task}, error.message);
    lastWords(error.message);
    return {code: 1};
  }
});
process.exit(done?.code ?? 1);
