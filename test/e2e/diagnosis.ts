import {kubectl} from "../../cluster/lifecycle.ts";
import {instance} from "./cluster.ts";

type Kubectl = (args: string[]) => Promise<string>;

const LOG_LINES = 8;
const LINE_CHARACTERS = 300;
const EVENTS = 10;
const PODS = 5;

/** One line each, so that the end of a CI log holds it: pipelines, warnings, and the pods that are not ready with their last words. */
export async function diagnose(ask: Kubectl = (args) => kubectl(instance, args)): Promise<string> {
  const [pipelines, pods, events] = await Promise.all([
    list(ask, "telemetrypipelines"),
    list(ask, "pods"),
    list(ask, "events", "--field-selector=type=Warning", "--sort-by=.lastTimestamp"),
  ]);
  const bad = pods.filter(isUnready).slice(0, PODS);
  const logs = await Promise.all(bad.map((pod) => lastWords(ask, pod)));
  return [...pipelines.flatMap(pipelineLines), ...events.slice(-EVENTS).map(eventLine), ...logs.flat()]
    .map((line) => line.replaceAll(/\s+/g, " ").slice(0, LINE_CHARACTERS))
    .join("\n");
}

const list = (ask: Kubectl, kind: string, ...more: string[]): Promise<any[]> =>
  ask(["get", kind, "-A", ...more, "-o", "json"]).then(
    (text) => JSON.parse(text).items,
    // A cluster that cannot be asked is a finding too, and no reason to hide the test's own error.
    ({message}: Error) => [{metadata: {name: kind, namespace: ""}, message}],
  );

function pipelineLines({metadata, status = {}, message}: any): string[] {
  const name = `${metadata.namespace}/${metadata.name}`;
  const {phase, conditions = [], components = []} = status;
  return [
    `pipeline ${name}: ${phase ?? message ?? "no status yet"}`,
    ...conditions.map((one: any) => `  ${one.type}=${one.status} ${one.reason}: ${one.message}`),
    ...components.filter(({ready}: any) => !ready).map((one: any) => `  ${one.name}: ${one.reason}: ${one.message}`),
  ];
}

const eventLine = ({involvedObject, lastTimestamp, reason, message, metadata}: any) =>
  `event ${lastTimestamp ?? ""} ${involvedObject?.kind ?? ""} ${involvedObject?.name ?? metadata.name} ${reason ?? ""}: ${message}`;

function isUnready({status = {}}: any): boolean {
  if (status.phase === "Succeeded") return false;
  return !status.conditions?.some(({type, status: is}: any) => type === "Ready" && is === "True");
}

async function lastWords(ask: Kubectl, {metadata: {namespace, name}, status = {}, message}: any): Promise<string[]> {
  if (message) return [`pods: ${message}`];
  const states = (status.containerStatuses ?? []).map(
    ({name: container, restartCount, state}: any) => `${container} restarts=${restartCount} ${JSON.stringify(state)}`,
  );
  const log = await ask([
    ...["-n", namespace, "logs", name, "--all-containers", "--prefix", `--tail=${LOG_LINES}`],
  ]).catch(({message}: Error) => message.split("\n").at(-1)!);
  return [
    `pod ${namespace}/${name}: ${status.phase} ${states.join("; ")}`,
    ...log
      .trim()
      .split("\n")
      .slice(-2 * LOG_LINES)
      .map((line: string) => `  ${line}`),
  ];
}
