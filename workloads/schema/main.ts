import {logger, stopSignal, untilDone} from "../lib/process.ts";
import {setUpCassandra} from "./cassandra.ts";
import {setUpKafka} from "./kafka.ts";
import {dropOldChunks, setUpTimescaleDB} from "./timescaledb.ts";

/** `schema kafka|timescaledb|cassandra|timescaledb-retention`: waits for the server, does its work and ends. */
const signal = stopSignal();
const log = logger("schema");
const setUps: Record<string, () => Promise<void>> = {
  timescaledb: setUpTimescaleDB,
  cassandra: setUpCassandra,
  kafka: setUpKafka,
  "timescaledb-retention": dropOldChunks,
};
const store = process.argv[2] ?? "";
const setUp = setUps[store];
if (!setUp) throw new Error(`"${store}" is no task: name ${Object.keys(setUps).join(", ")}`);
const done = await untilDone(`schema of ${store}`, log, signal, async () => {
  await setUp();
  return true;
});
if (done) log.info({store}, "schema is in place");
process.exit(done ? 0 : 1);
