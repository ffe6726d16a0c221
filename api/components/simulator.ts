import {z} from "zod";
import {component} from "../component.ts";
import {type CelRule, enabled} from "../fields.ts";
import {podOptions} from "../pod.ts";

const perMillion = (description: string) => z.int().min(0).max(1_000_000).meta({description});

const faults = z
  .object({
    malformedPerMillion: perMillion("Truncated events per million. They go to the dead-letter topic."),
    missingFieldPerMillion: perMillion(
      "Events without a required field per million. They go to the dead-letter topic.",
    ),
    missingReadingPerMillion: perMillion(
      "Events without speed, temperature or humidity per million. The stores keep them without that reading.",
    ),
    duplicatePerMillion: perMillion("Events per million that are sent twice, 3 s apart. The stores keep one."),
    outOfOrderPerMillion: perMillion("Events per million that arrive 3 s late, after newer ones."),
    latePerMillion: perMillion("Events per million that arrive 5 minutes late."),
    silentPerMillion: perMillion("Events per million after which the vehicle is silent for a minute."),
    burstPerMillion: perMillion(
      "Events per million after which the vehicle has no coverage for 15 s and then sends its readings at once.",
    ),
    stuckPerMillion: perMillion("Events per million from which on the temperature repeats its value for 10 minutes."),
    spikePerMillion: perMillion("Events per million whose temperature is wrong by 5 to 15 °C."),
    offsetPerMillion: perMillion(
      "Events per million from which on the temperature is wrong by 3 to 6 °C for 30 minutes.",
    ),
    driftPerMillion: perMillion(
      "Events per million from which on the temperature drifts away, by 4 to 8 °C after 60 minutes, and then is right again.",
    ),
    clockSkewPerMillion: perMillion("Vehicles per million whose clock is wrong by up to 10 minutes."),
    coolingUnitPerMillion: perMillion(
      "Vehicles per million with a hold (cold-chain, delivery) whose cooling unit fails: now, and again some days after each repair.",
    ),
    coolingUnitHours: z.number().min(0.01).max(240).meta({
      description:
        "Hours in which a failing cooling unit loses its capacity; it is repaired as many hours later. Default 6.",
    }),
  })
  .partial();

const schema = z
  .object({
    enabled,
    vehicles: z.int().min(0).max(100_000).meta({description: "Number of simulated vehicles; 0 sends nothing."}),
    ratePerVehicle: z
      .number()
      .min(0.001)
      .max(100)
      .meta({description: "Events per second of each vehicle; at most 16 with Cassandra."}),
    scenario: z.enum(["city", "motorway", "cold-chain", "delivery", "stress"]).meta({
      description:
        "Driving scenario: city (streets and traffic lights), motorway (long distances), cold-chain (refrigerated lorries), delivery (refrigerated rounds from a depot to the same customers each day) or stress (extreme values, the whole world). Default city.",
    }),
    seed: z.int().min(0).max(2_147_483_647).meta({description: "Seed: the same seed gives the same drives."}),
    faults: faults.meta({
      description:
        "Faults to inject. An event has at most one, and a temperature sensor one at a time; earlier fields take precedence.",
    }),
    pod: podOptions({container: "each simulator"}),
  })
  .partial()
  .meta({description: "Simulator of vehicles."});

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: "(has(self.cassandra) && has(self.cassandra.enabled) && !self.cassandra.enabled) || !has(self.simulator) || !has(self.simulator.ratePerVehicle) || (has(self.simulator.enabled) && !self.simulator.enabled) || self.simulator.ratePerVehicle <= 16.0",
    message:
      "spec.simulator.ratePerVehicle is more than 16, and Cassandra's partition for a vehicle and day would exceed 100 MB: set it to 16 or less, or set spec.cassandra.enabled to false",
  },
];

const part = component(schema, {
  enabled: true,
  vehicles: 4,
  ratePerVehicle: 1,
  scenario: "city",
  seed: 1,
  faults: {},
  sizing: {cpu: "50m", memory: "256Mi"},
});

export const simulator = {...part, rules};
