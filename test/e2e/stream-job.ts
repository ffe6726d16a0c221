import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "./cluster.ts";
import {user} from "./steps.ts";
import {type Again, againProgram, differingWindows} from "./windows.ts";

/** The stream job of the pipeline "live" in namespace "flink", whose vehicles repeat, swap, delay and break events. */
export const job = user("flink");
const {k, apply, pipeline, untilReady} = job;
const WINDOW_SECONDS = 10;
const LATENESS_SECONDS = 10;
/** As cdk8s/components/flink/sql.ts has it. */
const IDLE_SECONDS = 60;
/** Low enough to be passed in the rush hour too: the vehicles drive by the time of day. */
export const SPEED_LIMIT = 20;
export const SPEED_MARGIN = 3;
export const DWELL_SECONDS = 3;
const faults = {
  outOfOrderPerMillion: 20_000,
  duplicatePerMillion: 20_000,
  burstPerMillion: 2_000,
  malformedPerMillion: 5_000,
};

export async function startJob(): Promise<void> {
  await startCluster();
  await job.makeNamespace();
  await apply("live", {
    deletionPolicy: "Delete",
    cassandra: {enabled: false},
    observability: {console: {enabled: false}},
    simulator: {vehicles: 20, ratePerVehicle: 2, faults},
    // Events reach the job by the canonical topic.
    event: {mapping: {}, fields: [{name: "odometer", type: "bigint", min: 0, max: 1_000_000}]},
    flink: {
      enabled: true,
      window: `${WINDOW_SECONDS}s`,
      lateness: `${LATENESS_SECONDS}s`,
      checkpointInterval: "2s",
      speedLimit: SPEED_LIMIT,
      speedMargin: SPEED_MARGIN,
      alertDwell: `${DWELL_SECONDS}s`,
      geofences: [{name: "depot", latitude: 48.137, longitude: 11.575, radiusKm: 3}],
    },
  });
  await untilReady("live");
}

export async function stopJob(): Promise<void> {
  await k("delete", "tp", "live", "--timeout=240s");
  await kubectl(instance, ["delete", "namespace", "flink", "--timeout=240s"]);
}

export const sql = (text: string): Promise<string> => job.sql("live", text);
export const flinkState = async (): Promise<any> =>
  (await pipeline("live")).status?.components?.find(({name}: any) => name === "flink");
const newestWindow = () => sql("SELECT coalesce(max(window_end), 'epoch') FROM vehicle_window");

export const inIngester = (program: string): Promise<string> =>
  k("exec", "deploy/live-ingester-timescaledb", "--", "node", "--input-type=module-typescript", "-e", program);
export const sentAgain = async (): Promise<Again[]> =>
  JSON.parse((await inIngester(againProgram(LATENESS_SECONDS * 1_000))).trim().split("\n").at(-1)!);

/** Waits until a query answers "n 0": n right ones, none wrong. The error has the last answer and what the job says of itself. */
export async function untilNoneWrong(
  what: string,
  timeoutMs: number,
  query: () => Promise<string | undefined>,
): Promise<void> {
  let seen: string | undefined;
  try {
    await waitFor(what, timeoutMs, async () => {
      seen = await query();
      return /^[1-9]\d* 0$/.test(seen ?? "");
    });
  } catch (error) {
    const state = JSON.stringify(await flinkState());
    throw new Error(`${(error as Error).message}; right and wrong: ${seen}; newest ${await newestWindow()}; ${state}`);
  }
}

/** Windows that ended after this call have been written, and the newest is no later than silent partitions and lateness allow. */
export async function untilOnTime(timeoutMs = 300_000): Promise<void> {
  const from = await sql("SELECT now()");
  const late = IDLE_SECONDS + LATENESS_SECONDS;
  await waitFor(`windows that are at most ${late} s behind`, timeoutMs, async () => {
    const query = `SELECT max(window_end) > '${from}' AND now() - max(window_end) < interval '${late} seconds' FROM vehicle_window`;
    return (await sql(query)) === "t";
  });
}

/** Windows that began after this call have been written, and every window is what the raw rows say. */
export async function untilExact(timeoutMs = 400_000): Promise<void> {
  const from = Date.parse(await sql("SELECT now()"));
  await untilNoneWrong("newer windows, all exact", timeoutMs, async () => {
    if (Date.parse(await newestWindow()) < from + 2 * WINDOW_SECONDS * 1_000) return undefined;
    return sql(differingWindows(WINDOW_SECONDS, await sentAgain()));
  });
}
