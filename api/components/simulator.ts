import {z} from "zod";
import {component} from "../component.ts";
import {type CelRule, enabled} from "../fields.ts";

const perMillion = (description: string) => z.int().min(0).max(1_000_000).meta({description});

const faults = z
  .object({
    malformedPerMillion: perMillion(
      "Of a million events, how many are cut off: no JSON. They end in the dead-letter topic.",
    ),
    missingFieldPerMillion: perMillion(
      "Of a million events, how many lack a field. They end in the dead-letter topic.",
    ),
    duplicatePerMillion: perMillion("Of a million events, how many are sent again 3 s later. The stores keep one."),
    outOfOrderPerMillion: perMillion("Of a million events, how many come 3 s late, behind younger ones."),
    latePerMillion: perMillion("Of a million events, how many come 5 minutes late."),
    silentPerMillion: perMillion("Of a million events, after how many the vehicle sends nothing for a minute."),
    burstPerMillion: perMillion(
      "Of a million events, after how many the vehicle has no coverage for 15 s, then sends all it measured at once.",
    ),
    clockSkewPerMillion: perMillion("Of a million vehicles, how many have a clock that is wrong by up to 10 minutes."),
  })
  .partial();

const schema = z
  .object({
    enabled,
    vehicles: z.int().min(0).max(100_000).meta({description: "Simulated vehicles; 0 sends nothing."}),
    ratePerVehicle: z
      .number()
      .min(0.001)
      .max(100)
      .meta({description: "Events per second of each vehicle; with Cassandra 16 at most."}),
    scenario: z.enum(["city", "motorway", "cold-chain", "stress"]).meta({
      description:
        "How the vehicles drive: city (streets and lights), motorway (long distances), cold-chain (lorries with a cooled hold) or stress (all of the world, at its extremes); default city.",
    }),
    seed: z.int().min(0).max(2_147_483_647).meta({description: "The same seed gives the same drives."}),
    faults: faults.meta({
      description: "Faults to inject on purpose. An event has one at most; those that come first in this list win.",
    }),
  })
  .partial()
  .meta({description: "Simulated vehicles."});

/** Rules of the whole spec. */
export const simulatorRules: CelRule[] = [
  {
    rule: "(has(self.cassandra) && has(self.cassandra.enabled) && !self.cassandra.enabled) || !has(self.simulator) || !has(self.simulator.ratePerVehicle) || (has(self.simulator.enabled) && !self.simulator.enabled) || self.simulator.ratePerVehicle <= 16.0",
    message:
      "spec.simulator.ratePerVehicle is more than 16: Cassandra keeps a day of a vehicle in one partition, which would grow beyond 100 MB; set it to 16 or less, or spec.cassandra.enabled to false",
  },
];

export const simulator = component(schema, {
  enabled: true,
  vehicles: 4,
  ratePerVehicle: 1,
  scenario: "city",
  seed: 1,
  faults: {},
  sizing: {cpu: "50m", memory: "256Mi"},
});
