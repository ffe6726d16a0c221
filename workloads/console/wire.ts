import type {FigureName} from "../../api/event.ts";

/** The messages between server and page. */

/** The faults of a vehicle's newest reading. */
export interface Fault {
  /** Its fix is none, or one that cannot be: the place is the last one that is believed. */
  noFix?: true;
  /** By how much its clock is ahead: its time is when it came. */
  aheadMs?: number;
}

/**
 * One vehicle: its number, milliseconds after `base`, latitude and longitude of its place, speed, temperature, humidity (null of what it did not
 * say), and what is wrong if anything is.
 */
export type VehicleRow = [
  index: number,
  ms: number,
  latitude: number | null,
  longitude: number | null,
  speed: number | null,
  temperature: number | null,
  humidity: number | null,
  fault?: Fault,
];

/** Vehicles that changed; the first message of a stream has all. Numbers are given in the order of `ids`, from `first`. */
export interface FleetMessage {
  first: number;
  ids: string[];
  base: number;
  rows: VehicleRow[];
  /** The server's clock. */
  now: number;
}

/** A field of the spec, for people. */
export interface FieldInfo {
  name: string;
  type: string;
  /** Whether it can be drawn. */
  number: boolean;
  unit?: string;
  description?: string;
}

/**
 * A value of a field, and when it was measured: a number (of a timestamp its milliseconds), a text that may be cut, or the digits of a whole number of
 * 64 bits.
 */
export type FieldValue = [value: number | string | boolean, ms: number];

/** The fields of the vehicle that this page has selected: those of the spec in the first message, and the values that changed. */
export interface VehicleMessage {
  vehicle: string;
  fields?: FieldInfo[];
  values: Record<string, FieldValue>;
}

export type Level = "good" | "warn" | "bad";

/** A table that is made of files. */
export interface TableHealth {
  files: number;
  snapshots: number;
  /** As of the last maintenance. */
  bytes?: number;
  /** When what readers see was committed. */
  committed?: string;
}

export interface StoreHealth {
  store: string;
  /** The level of its age, by the thresholds of the pipeline. */
  level: Level;
  /** Milliseconds since the newest event of the store came into Kafka, at the time of the answer; growing if no later answer came. */
  age?: number;
  /** Events in Kafka that the store does not have yet. */
  lag?: number;
  /** Those of them that nobody can read, behind open transactions. */
  heldBack?: number;
  /** Why events do not come, though ingester and store are well. */
  held?: string;
  /** Events that Kafka dropped before the store had them. */
  lost?: string;
  /** Events a second that go in. */
  rate?: number;
  /** Flagged events since the start of its ingester, by flag, for people. */
  flagged?: string;
  table?: TableHealth;
}

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastTransitionTime: string;
}

export interface ComponentHealth {
  name: string;
  ready: boolean;
  reason: string;
  message?: string;
  version?: string;
  since: string;
}

export interface Alert {
  severity: "critical" | "warning";
  title: string;
  detail: string;
  /** The source, if it is not the console itself. */
  source?: "Alertmanager";
  /** When it began. */
  since?: string;
  /** The meaning for users, and the remedy. */
  meaning?: string;
  fix?: string;
}

/** The last run of a DAG; times as ISO 8601. */
export interface WorkflowRun {
  dag: string;
  /** queued, running, success or failed. */
  state: string;
  started?: string;
  ended?: string;
}

/** What is expected of a vehicle now. */
export interface Warning {
  vehicle: string;
  model: string;
  label: string;
  score: number;
  /** When it was said. */
  ms: number;
}

/** One prediction of a vehicle's past, and what came of it; null while that is not known. */
export interface Prediction extends Omit<Warning, "vehicle"> {
  /** 0: the rule. */
  version: number;
  actual: string | null;
}

/** What is known of a vehicle beyond what it sends. */
export interface VehicleMaster {
  plate?: string;
  /** The id of its group. */
  group?: string;
  groupName?: string;
  driver?: string;
  name?: string;
  make?: string;
  model?: string;
  depot?: string;
  /** A date. */
  nextService?: string;
}

export interface GroupInfo {
  id: string;
  name: string;
  /** The group above it. */
  parent?: string;
}

/** The master data of a fleet: vehicles by id, groups by name. */
export interface MasterDataMessage {
  groups: GroupInfo[];
  vehicles: Record<string, VehicleMaster>;
}

export interface PipelineMessage {
  name: string;
  namespace: string;
  phase: string;
  conditions: Condition[];
  components: ComponentHealth[];
  stores: StoreHealth[];
  /** Events a second that come into Kafka. */
  rate?: number;
  alerts: Alert[];
  /** Why Alertmanager's alerts are not among them. */
  alertmanager?: string;
  /** Of a pipeline with Airflow: its last runs, and where a browser finds it, if that is known. */
  workflows?: {runs: WorkflowRun[]; url?: string};
  /** Of a pipeline with predictions. */
  warnings?: Warning[];
  /** Of a fleet with master data: changes whenever it does. */
  masterData?: string;
  /** A vehicle that sends nothing for longer is silent. */
  silentMs: number;
  now: number;
}

/** One vehicle over time, by columns; a null is a gap. */
export interface History extends Record<FigureName, (number | null)[]> {
  store: string;
  /** Seconds of one point. */
  step: number;
  /** Seconds since the epoch. */
  time: number[];
  /** The fields that were asked for. */
  fields: Record<string, (number | null)[]>;
  /** Fixes that are no place, or one where the vehicle cannot have been. */
  leftOut: number;
}
