import {connect, createServer} from "node:net";
import {expect, type TestContext} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {test} from "./lanes.ts";
import {expectExact} from "./load.ts";
import {stack} from "./shared.ts";

/** A way from ::1 to a server of the tests. */
async function overIPv6(port: number, onTestFinished: TestContext["onTestFinished"]): Promise<number> {
  const server = createServer((client) => {
    const upstream = connect(port, stack.address);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as {port: number}).port;
}

test.for(DATABASES)("%s and Kafka are reached at IPv6 addresses", async (store, {open, onTestFinished}) => {
  const trial = await open(store);
  const [kafkaPort, storePort] = await Promise.all(
    [trial.kafka, trial.store].map(({port}) => overIPv6(port, onTestFinished)),
  );
  const ingester = await trial.start({
    KAFKA_BROKERS: `[::1]:${kafkaPort}`,
    PGHOST: "::1",
    PGPORT: String(storePort),
    CASSANDRA_CONTACT_POINTS: "::1",
    CASSANDRA_PORT: String(storePort),
  });
  await trial.send(10);
  await expectExact(trial);
  expect(await ingester.ready()).toBe(true);
});
