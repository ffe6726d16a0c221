import {z} from "zod";
import {type ScenarioName, scenarios} from "./scenarios.ts";

const perMillion = z.number().int().min(0).max(1_000_000).default(0);

const faultsSchema = z
  .object({
    malformedPerMillion: perMillion,
    missingFieldPerMillion: perMillion,
    missingReadingPerMillion: perMillion,
    duplicatePerMillion: perMillion,
    outOfOrderPerMillion: perMillion,
    latePerMillion: perMillion,
    silentPerMillion: perMillion,
    burstPerMillion: perMillion,
    stuckPerMillion: perMillion,
    spikePerMillion: perMillion,
    offsetPerMillion: perMillion,
    driftPerMillion: perMillion,
    clockSkewPerMillion: perMillion,
    coolingUnitPerMillion: perMillion,
    coolingUnitHours: z.number().min(0.01).max(240).default(6),
  })
  .strict();

/** The settings of a fleet; all pods of a pipeline read the same. */
const fleetSchema = z
  .object({
    vehicles: z.number().int().min(0).default(4),
    /** Events a second. */
    ratePerVehicle: z.number().positive().max(1_000).default(1),
    scenario: z.enum(Object.keys(scenarios) as [ScenarioName]).default("city"),
    seed: z.number().int().min(0).default(1),
    faults: faultsSchema.prefault({}),
  })
  .strict();

export type FleetConfig = z.output<typeof fleetSchema>;
export type Faults = FleetConfig["faults"];

/**
 * Reads a fleet's configuration.
 *
 * @throws Error naming the field that is wrong
 */
export function parseFleet(value: unknown): FleetConfig {
  const parsed = fleetSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const {path, message} = parsed.error.issues[0]!;
  throw new Error(`fleet configuration: ${path.join(".") || "all of it"}: ${message}`);
}
