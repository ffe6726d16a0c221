import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {instance} from "./cluster.ts";
import {installedBoards, panelsOf} from "./panels.ts";
import {
  DWELL_SECONDS,
  flinkState,
  inIngester,
  job,
  SPEED_LIMIT,
  SPEED_MARGIN,
  sentAgain,
  sql,
  startJob,
  stopJob,
  untilExact,
  untilNoneWrong,
  untilOnTime,
} from "./stream-job.ts";
import {differingSpeeding} from "./windows.ts";

/** The stream job of one pipeline: its windows and alerts are what the raw rows say. Faults, upgrades and own SQL: test/verify/flink.test.ts. */
beforeAll(startJob, 1_800_000);
afterAll(stopJob, 600_000);

test("the log goes to the pod's alone: a read-only root has no place for a file", async () => {
  const log = await job.k("logs", "deploy/live-flink", "-c", "flink-main-container");
  expect(log).toContain("INFO");
  expect(log).not.toMatch(/RollingFile|Unable to create file/);
});

test("windows are exactly what the raw rows say, with duplicates, disorder, late and broken events", async () => {
  expect(await flinkState()).toMatchObject({ready: true, reason: "Running"});
  await untilExact();
  await waitFor(
    "an event that came too late",
    240_000,
    async () => Number(await sql("SELECT count(*) FROM vehicle_late")) > 0,
  );
}, 600_000);

test("alerts are raised where the raw rows pass the limit and stay beyond it, and are in the topic as well", async () => {
  await untilNoneWrong("alerts that are all right", 300_000, async () =>
    sql(differingSpeeding(SPEED_LIMIT, SPEED_MARGIN, DWELL_SECONDS, await sentAgain())),
  );
  const program = `import {connectKafka} from "/app/workloads/lib/kafka.ts";
    import {logger} from "/app/workloads/lib/process.ts";
    const consumer = connectKafka("test", logger("test")).consumer({groupId: "test"});
    await consumer.connect();
    await consumer.subscribe({topic: "telemetry.alerts", fromBeginning: true});
    await consumer.run({eachMessage: async ({message}) => { console.log(String(message.value)); process.exit(0); }});
    setTimeout(() => process.exit(1), 30_000);`;
  const lines = (await inIngester(program)).trim().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({kind: expect.stringMatching(/^(speeding|geofence-)/)});
}, 600_000);

test("each panel of the Flink dashboard has data, asked as Grafana would", async () => {
  const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-flink");
  const panels = await panelsOf(instance, {namespace: "flink", pipeline: "live"});
  expect(await panels.untilData(board)).toEqual([]);
});

test("after a change of parallelism and fleet size windows close on time, with partitions that nobody writes to", async () => {
  await job.patch("live", {simulator: {vehicles: 2}, flink: {parallelism: 2}});
  await job.untilReady("live");
  await untilOnTime();
  await untilExact();
}, 900_000);
