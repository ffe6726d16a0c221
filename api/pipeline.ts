import {z} from "zod";
import {type Component, overlay, PROFILES, type Profile, type ResolvedPart} from "./component.ts";
import {alerting} from "./components/alerting.ts";
import {bi} from "./components/bi.ts";
import {cassandra} from "./components/cassandra.ts";
import {checks} from "./components/checks.ts";
import {console} from "./components/console.ts";
import {event} from "./components/event.ts";
import {flink} from "./components/flink.ts";
import {ingester} from "./components/ingester.ts";
import {kafka} from "./components/kafka.ts";
import {lake} from "./components/lake.ts";
import {dashboards, monitoring} from "./components/monitoring.ts";
import {networkPolicies} from "./components/network-policies.ts";
import {predictions} from "./components/predictions.ts";
import {simulator} from "./components/simulator.ts";
import {timescaledb} from "./components/timescaledb.ts";
import {warehouse} from "./components/warehouse.ts";
import {workflows} from "./components/workflows.ts";
import {providerRules} from "./endpoints.ts";
import {cel} from "./fields.ts";

/**
 * The single source of the TelemetryPipeline API: the CRD, the TypeScript types and the reference page derive from it.
 * A field that the spec leaves out has its default from the profile.
 */

/** By the key of the spec that holds a component's part. */
const components = {
  kafka,
  timescaledb,
  cassandra,
  simulator,
  ingester,
  networkPolicies,
  flink,
  lake,
  checks,
  workflows,
  warehouse,
  bi,
  predictions,
  event,
};
/** Fields of the spec that switch a component on which no profile has. */
export const OPTIONAL_COMPONENTS = Object.entries<Component>(components).flatMap(([name, {defaults}]) =>
  "enabled" in defaults.Dev && !defaults.Dev.enabled ? [name] : [],
);
/** The same, of spec.observability. */
const watching = {monitoring, alerting, dashboards, console};

type Schemas<C extends Record<string, Component>> = {[K in keyof C]: z.ZodOptional<C[K]["schema"]>};

const schemasOf = <C extends Record<string, Component>>(parts: C): Schemas<C> =>
  Object.fromEntries(Object.entries(parts).map(([key, {schema}]) => [key, schema.optional()])) as Schemas<C>;

/** Whether a server of the user's may take its place. */
const takesExternal = (schema: z.ZodType): boolean => schema instanceof z.ZodObject && "external" in schema.shape;

export const specSchema = z
  .object({
    profile: z
      .enum(PROFILES)
      .default("Dev")
      .meta({description: "Defaults for replicas, storage, resources and security."}),
    state: z
      .enum(["Running", "Stopped"])
      .default("Running")
      .meta({description: "Stopped scales simulator, ingesters and stores to zero and keeps all data."}),
    paused: z
      .boolean()
      .default(false)
      .meta({description: "While true, the operator changes nothing and only reports."}),
    deletionPolicy: z
      .enum(["Retain", "Delete"])
      .default("Retain")
      .meta({description: "Whether volumes and credentials are kept when the pipeline is deleted."}),
    ...schemasOf(components),
    observability: z
      .object(schemasOf(watching))
      .meta({description: "Monitoring, alerting, dashboards and console."})
      .optional(),
  })
  .meta({
    description: "Desired state. An empty spec is a valid pipeline with the defaults of profile Dev.",
    ...cel(
      ...Object.entries<Component>(components).flatMap(([name, {schema, defaults}]) =>
        takesExternal(schema) ? providerRules(name, (defaults.Dev as {provider: string}).provider) : [],
      ),
      ...Object.values<Component>({...components, ...watching}).flatMap(({rules = []}) => rules),
    ),
  });

export type PipelineSpec = z.input<typeof specSchema>;

type Parts<C extends Record<string, Component>> = {[K in keyof C]: ResolvedPart<C[K]>};

/** A spec with every default filled in: what the plan is built from. */
export type ResolvedSpec = Omit<z.output<typeof specSchema>, keyof typeof components | "observability"> &
  ProfileTraits &
  Parts<typeof components> & {observability: Parts<typeof watching>};

/** The decisions of a profile that no field of the spec can change. */
interface ProfileTraits {
  /** SCRAM over TLS between Kafka and its clients; over plain TCP in Dev. */
  tls: boolean;
  /** Whether replicas spread over nodes and zones and PodDisruptionBudgets keep them up; brokers may be made to. */
  spread: "No" | "Preferred" | "Required";
}

const traits: Record<Profile, ProfileTraits> = {
  Dev: {tls: false, spread: "No"},
  Small: {tls: true, spread: "Preferred"},
  Production: {tls: true, spread: "Required"},
};

/** Lays the spec over its profile. */
export function resolveSpec(spec: PipelineSpec): ResolvedSpec {
  const profile = spec.profile ?? "Dev";
  const base = {
    profile,
    state: "Running",
    paused: false,
    deletionPolicy: "Retain",
    ...traits[profile],
    ...defaultsOf(components, profile),
    observability: defaultsOf(watching, profile),
  };
  return overlay(base, spec) as ResolvedSpec;
}

const defaultsOf = (parts: Record<string, Component>, profile: Profile) =>
  Object.fromEntries(Object.entries(parts).map(([key, {defaults}]) => [key, defaults[profile]]));

export const isRunning = ({state}: Pick<ResolvedSpec, "state">): boolean => state === "Running";
