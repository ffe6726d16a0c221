/** One alert: its rule, what it tells people, and what they do. docs/reference/alerts.md is generated from it. */
export interface Alert {
  name: string;
  /** `none` is sent to nobody but the receiver. */
  severity: "critical" | "warning" | "none";
  /** PromQL over the series of one pipeline. */
  expr: string;
  for: string;
  summary: string;
  /** The effect on users, and where to look. */
  meaning: string;
  fix: string;
  /** Alerts that this one explains: while it fires, they are not sent. */
  explains?: string[];
  /** Labels besides `pipeline` that tell its instances apart, and by which it explains others. */
  by?: "store" | "persistentvolumeclaim";
  /** Labels that the rule adds. */
  labels?: Record<string, string>;
}

/** The label that tells the alert "a component is not ready" of one component from that of another. */
export type NotReadyAlert = Pick<Alert, "name" | "by" | "labels" | "explains">;

export interface Thresholds {
  freshness: string;
  lag: string;
  silent: string;
}

/** The consequences of a part that does not pass events on. */
export const FLOW = [
  "TelemetryStoreStale",
  "TelemetryConsumerStuck",
  "TelemetryLagGrowing",
  "TelemetryWritesSlow",
  "TelemetryNoEvents",
  "TelemetrySimulatorStuck",
  "TelemetryVehicleSilent",
];

/** The alerts on any part that is not ready. */
export const NOT_READY = ["TelemetryComponentNotReady", "TelemetryCompanionNotReady", "TelemetryComponentAbsent"];
