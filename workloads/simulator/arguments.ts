import {hostname} from "node:os";
import {parseArgs} from "node:util";
import {number} from "../lib/environment.ts";
import {parseFleet} from "./config.ts";
import type {Shard} from "./fleet.ts";

export const HELP = `Vehicles that send telemetry.

  node workloads/simulator/main.ts --stdout [--vehicles 4] [--rate 1] [--scenario city] [--seed 1] [--faults late=1000,…] [--truth FILE]
  node workloads/simulator/main.ts --stdout --from 2026-01-01T00:00:00Z --seconds 3600     at once, in simulated time
  node workloads/simulator/main.ts --replay events.ndjson [--speed 1] [--stdout]           as recorded; --speed 0 at once

  --stdout     print the events, one JSON object a line; without it they go to Kafka (KAFKA_BROKERS, KAFKA_TOPIC …)
  --vehicles   how many; --rate events a second of each; --scenario city, motorway, cold-chain, delivery or stress
  --faults     kinds and how many of a million events: malformed, missingField, missingReading, duplicate, outOfOrder, late,
               silent, burst; of the temperature sensor: stuck, spike, offset, drift;
               clockSkew, coolingUnit: how many of a million vehicles; coolingUnitHours: hours until a unit is broken
  --truth      a file that tells when doors were open, cooling units failed and sensors were wrong, one JSON object a line
  --config     a JSON file with the same settings, read again whenever it changes
`;

export type Arguments = ReturnType<typeof readArguments>;

/**
 * The arguments of the command line.
 *
 * @throws Error naming the option that is wrong
 */
export function readArguments(args: string[]) {
  const {values} = parseArgs({
    args,
    options: {
      stdout: {type: "boolean", default: false},
      help: {type: "boolean", default: false},
      config: {type: "string"},
      vehicles: {type: "string", default: "4"},
      rate: {type: "string", default: "1"},
      scenario: {type: "string", default: "city"},
      seed: {type: "string", default: "1"},
      faults: {type: "string", default: ""},
      from: {type: "string"},
      seconds: {type: "string"},
      replay: {type: "string"},
      speed: {type: "string", default: "1"},
      truth: {type: "string"},
    },
  });
  const from = values.from === undefined ? undefined : Date.parse(values.from);
  if (Number.isNaN(from)) throw new Error(`--from: "${values.from}" is no time; write 2026-01-01T00:00:00Z`);
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : figure("--seconds", values.seconds);
  if (from !== undefined && !Number.isFinite(seconds)) throw new Error("--from needs --seconds: how long to simulate");
  if (values.truth !== undefined && (!values.stdout || values.replay !== undefined))
    throw new Error("--truth needs --stdout, and vehicles that drive: pods have it in /ledger, recordings have none");
  return {
    help: values.help,
    stdout: values.stdout,
    config: values.config,
    fleet: parseFleet({
      vehicles: figure("--vehicles", values.vehicles),
      ratePerVehicle: figure("--rate", values.rate),
      scenario: values.scenario,
      seed: figure("--seed", values.seed),
      faults: faultsOf(values.faults),
    }),
    from,
    seconds,
    replay: values.replay,
    speed: figure("--speed", values.speed),
    truth: values.truth,
  };
}

function figure(option: string, text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < 0) throw new Error(`${option}: "${text}" is no number ≥ 0`);
  return value;
}

function faultsOf(text: string): Record<string, number> {
  const pairs = text.split(",").filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [kind, rate = ""] = pair.split("=");
      return [kind === "coolingUnitHours" ? kind : `${kind}PerMillion`, figure(`--faults ${kind}`, rate)];
    }),
  );
}

/** This pod's vehicles: blocks of VEHICLES_PER_POD by the number at the end of the pod's name; all, outside of a pod. */
export function shardOf(podName = hostname()): Shard {
  const size = number("VEHICLES_PER_POD", 0);
  if (size === 0) return {from: 0, to: Number.POSITIVE_INFINITY};
  const ordinal = Number(/-(\d+)$/.exec(podName)?.[1]);
  if (!Number.isInteger(ordinal))
    throw new Error(`pod name "${podName}" does not end in its number of the StatefulSet`);
  return {from: ordinal * size, to: (ordinal + 1) * size};
}
