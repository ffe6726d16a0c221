import type {PipelineStatus} from "./pipeline.ts";
import type {Alert, Level, StoreHealth} from "./wire.ts";

/** From spec.observability.alerting.thresholds, as the alerts of Prometheus. */
export interface Limits {
  /** Age of a store's newest event above which the store is stale; from a quarter of it on it is late. */
  staleMs: number;
  /** Time to catch up, at the present rate, above which a store is behind. */
  behindSeconds: number;
}

export function levelOf(age: number | undefined, {staleMs}: Limits): Level {
  if (age === undefined || age > staleMs) return "bad";
  return age > staleMs / 4 ? "warn" : "good";
}

/** The present problems for people, the worst first. */
export function alertsOf(
  {phase, conditions = [], components = []}: PipelineStatus,
  stores: StoreHealth[],
  problems: Record<string, string>,
  limits: Limits,
): Alert[] {
  const alerts: Alert[] = [];
  const add = (severity: Alert["severity"], title: string, detail: string) => alerts.push({severity, title, detail});
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const ready = find("Ready");
  const resting = phase === "Stopped" || phase === "Paused";
  if (find("Valid")?.status === "False") add("critical", "The spec cannot be carried out", find("Valid")!.message);
  else if (ready?.status === "False" && !resting) {
    add(phase === "Deploying" ? "warning" : "critical", "Pipeline is not ready", ready.message);
  }
  for (const {name, ready: up, message} of resting ? [] : components) {
    if (!up && !ready?.message.startsWith(`${name}:`)) add("warning", `${name} is not ready`, message ?? "");
  }
  for (const {store, age, lag = 0, heldBack = 0, held, lost, rate} of stores) {
    if (held && !ready?.message.includes(held)) add("critical", `${store} is held back`, held);
    if (lost) add("critical", `${store} has lost events`, lost);
    const level = levelOf(age, limits);
    if (age !== undefined && level !== "good") {
      add(
        level === "bad" ? "critical" : "warning",
        `${store} is stale`,
        `its newest event came ${Math.round(age / 1_000)} s ago`,
      );
    }
    if (rate !== undefined && lag - heldBack > Math.max(1_000, rate * limits.behindSeconds)) {
      add("warning", `${store} is behind`, `${lag - heldBack} events wait in Kafka`);
    }
  }
  for (const [source, message] of Object.entries(problems)) add("warning", `No answer from ${source}`, message);
  return worstFirst(alerts);
}

export const worstFirst = (alerts: Alert[]): Alert[] => alerts.toSorted((a, b) => a.severity.localeCompare(b.severity));
