import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from "prom-client";

/** Names and labels are controller-runtime's, so that dashboards made for it work. */
export interface Metrics {
  registry: Registry;
  reconciled(controller: string, result: "success" | "requeue_after" | "error", seconds: number): void;
  queued(name: string, depth: () => number): void;
  added(name: string): void;
  retried(name: string): void;
  waited(name: string, seconds: number): void;
  requested(method: string, code: number | string): void;
  watchRestarted(kind: string, reason: string): void;
  leading(name: string, leads: boolean): void;
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({register: registry});
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({name, help, labelNames, registers});
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({name, help, labelNames, registers});
  const histogram = (name: string, help: string, labelNames: string[]) =>
    new Histogram({name, help, labelNames, registers, buckets: SECONDS});

  const reconciles = counter("controller_runtime_reconcile_total", "Reconciles by result.", ["controller", "result"]);
  const errors = counter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", ["controller"]);
  const duration = histogram("controller_runtime_reconcile_time_seconds", "Time of one reconcile.", ["controller"]);
  const depths = new Map<string, () => number>();
  new Gauge({
    name: "workqueue_depth",
    help: "Keys in the queue.",
    labelNames: ["name"],
    registers,
    collect() {
      for (const [name, depth] of depths) this.set({name}, depth());
    },
  });
  const adds = counter("workqueue_adds_total", "Keys added to the queue.", ["name"]);
  const retries = counter("workqueue_retries_total", "Keys added to the queue again after an error.", ["name"]);
  const latency = histogram("workqueue_queue_duration_seconds", "Time from adding a key to its reconcile.", ["name"]);
  const requests = counter("rest_client_requests_total", "Requests to the API server by status code.", [
    "code",
    "method",
  ]);
  const watches = counter("telemetry_operator_watch_restarts_total", "Watches that ended early, by cause.", [
    "kind",
    "reason",
  ]);
  const leader = gauge("leader_election_master_status", "1 while this process leads.", ["name"]);
  gauge("telemetry_operator_build_info", "Always 1; the version is in the label.", ["version"]).set({version}, 1);
  return {
    registry,
    reconciled(controller, result, seconds) {
      reconciles.inc({controller, result});
      duration.observe({controller}, seconds);
      if (result === "error") errors.inc({controller});
    },
    queued: (name, depth) => void depths.set(name, depth),
    added: (name) => adds.inc({name}),
    retried: (name) => retries.inc({name}),
    waited: (name, seconds) => latency.observe({name}, seconds),
    requested: (method, code) => requests.inc({method, code: String(code)}),
    watchRestarted: (kind, reason) => watches.inc({kind, reason}),
    leading: (name, leads) => leader.set({name}, leads ? 1 : 0),
  };
}
