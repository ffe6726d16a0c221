import type {Instance} from "../cluster/instance.ts";
import {kubectl} from "../cluster/lifecycle.ts";
import {waitFor} from "../cluster/shell.ts";
import {platform} from "../cluster/up.ts";
import {untilSettled} from "./settled.ts";

const LIMIT_MS = 600_000;
const FULL = {vehicles: 10_000, ratePerVehicle: 2};
const FULL_MS = 75_000;
const KILLS = 3;
const stateBackend = process.env.STATE_BACKEND ?? "Heap";
const READ =
  /^flink_taskmanager_job_task_operator_numRecordsIn\{[^}]*operator_name="Source:_telemetry_1_"[^}]*\} (\S+)/gm;

/**
 * The stream job: events a second from a topic that is full, checkpoints and state by vehicles, and the time to be back after its
 * TaskManager was killed. Kafka, TimescaleDB and the job share the machine; the ingesters are off.
 */
export async function flink(instance: Instance): Promise<void> {
  const stream = streamOf(instance);
  console.log(`\nflink: state backend ${stateBackend}, two TaskManager slots, parallelism 2, windows of 1 minute`);
  await platform(instance);
  await kubectl(instance, ["create", "namespace", "stream"]);
  await stream.pipeline({vehicles: 10}, true);
  await stream.ready();

  await checkpointsBySize(stream);
  await recovery(stream);
  await backlog(stream);
}

type Stream = ReturnType<typeof streamOf>;

/** The pipeline with its job, and questions to the job. */
function streamOf(instance: Instance) {
  const k = (...args: string[]) => kubectl(instance, ["-n", "stream", ...args]);
  const apply = (spec: object) =>
    kubectl(
      instance,
      ["-n", "stream", "apply", "--server-side", "-f", "-"],
      JSON.stringify({apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata: {name: "s"}, spec}),
    );
  const pipeline = (simulator: object, enabled: boolean) =>
    apply({
      deletionPolicy: "Delete",
      cassandra: {enabled: false},
      observability: {console: {enabled: false}, alerting: {enabled: false}},
      ingester: {timescaledb: {replicas: 0}},
      simulator,
      flink: {enabled, parallelism: 2, stateBackend},
    });
  /** Not the condition: without ingesters no row can be read back. */
  const ready = () =>
    waitFor("every component", LIMIT_MS, async () => {
      const {metadata, status} = JSON.parse(await k("get", "tp", "s", "-o", "json"));
      const all = status?.components?.every((component: any) => component.ready);
      return all && status.observedGeneration === metadata.generation;
    });
  const rest = async (path: string) =>
    JSON.parse(await k("get", "--raw", `/api/v1/namespaces/stream/services/s-flink-rest:rest/proxy${path}`));
  const job = async () => rest(`/jobs/${(await rest("/jobs")).jobs[0].id}`);
  /** Events that the job has read from Kafka, as its TaskManagers say; Flink's own page is up to 10 s behind. */
  const read = async (): Promise<number> => {
    const pods = await k("get", "pods", "-l", "app=s-flink,component=taskmanager", "-o", "name");
    let sum = 0;
    for (const pod of pods.trim().split("\n").filter(Boolean)) {
      const path = `/api/v1/namespaces/stream/pods/${pod.replace("pod/", "")}:9249/proxy/metrics`;
      const metrics = await k("get", "--raw", path).catch(() => "");
      for (const [, count] of metrics.matchAll(READ)) sum += Number(count);
    }
    return sum;
  };
  const checkpoints = async () => rest(`/jobs/${(await job()).jid}/checkpoints`);
  return {k, pipeline, ready, job, read, checkpoints};
}

async function checkpointsBySize({pipeline, ready, checkpoints}: Stream) {
  for (const vehicles of [10, 1_000, 10_000]) {
    await pipeline({vehicles, ratePerVehicle: 1}, true);
    await ready();
    const {counts} = await checkpoints();
    // Two windows long, so that the state is as large as it gets.
    const settled = counts.completed + 12;
    await waitFor("checkpoints", LIMIT_MS, async () => (await checkpoints()).counts.completed >= settled);
    const {history} = await checkpoints();
    const last = history.filter(({status}: any) => status === "COMPLETED").slice(0, 6);
    const durations = last
      .map(({end_to_end_duration}: any) => end_to_end_duration)
      .sort((a: number, b: number) => a - b);
    say(`${vehicles} vehicles at 1 Hz: checkpoint, median and longest of 6`, `${durations[3]} / ${durations[5]} ms`);
    say(`${vehicles} vehicles at 1 Hz: state`, `${(last[0].state_size / 1_024).toFixed(0)} KiB`);
  }
}

async function recovery({k, pipeline, ready, job, checkpoints}: Stream) {
  await pipeline({vehicles: 1_000}, true);
  await ready();
  for (let kill = 1; kill <= KILLS; kill++) {
    const before = (await checkpoints()).counts;
    const began = performance.now();
    await k("delete", "pod", "-l", "app=s-flink,component=taskmanager", "--grace-period=0", "--force");
    await waitFor(
      "the fault to be seen",
      LIMIT_MS,
      async () => (await checkpoints()).counts.restored > before.restored,
    );
    await waitFor("all tasks", LIMIT_MS, async () =>
      (await job()).vertices.every(({status}: any) => status === "RUNNING"),
    );
    say(`TaskManager killed to all tasks running from the checkpoint, ${kill}`, seconds(began));
  }
}

async function backlog({pipeline, read, checkpoints}: Stream) {
  // Without the job the topic fills; the job that is made then begins at its oldest event.
  await pipeline(FULL, false);
  await new Promise((next) => setTimeout(next, FULL_MS));
  await pipeline({...FULL, vehicles: 0}, true);
  const {first, seen, ms} = await untilSettled("events", LIMIT_MS, 10_000, read);
  const rate = Math.round(((seen - first) * 1_000) / ms);
  say(`a backlog of ${seen} events, the first ${first} of them not timed`, `${rate} events/s`);
  say("… failures meanwhile", String((await checkpoints()).counts.restored));
}

const say = (title: string, value: string) => console.log(`${title.padEnd(66)} ${value.padStart(16)}`);
const seconds = (began: number) => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
