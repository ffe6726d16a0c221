import {createHash} from "node:crypto";
import {expect, test} from "vitest";
import {parseFleet} from "./config.ts";
import {Fleet} from "./fleet.ts";

const START = Date.UTC(2026, 0, 1, 6, 30);
const FAULTS = {
  malformedPerMillion: 1_000,
  missingFieldPerMillion: 1_000,
  missingReadingPerMillion: 1_000,
  duplicatePerMillion: 1_000,
  outOfOrderPerMillion: 1_000,
  latePerMillion: 1_000,
  silentPerMillion: 1_000,
  burstPerMillion: 1_000,
  clockSkewPerMillion: 100_000,
};

/** Hash of what a fleet sends, and when. */
function hashOf(config: object, seconds: number): string {
  const fleet = new Fleet(parseFleet(config), {from: 0, to: 10}, START);
  const hash = createHash("sha256");
  for (let now = START; now < START + seconds * 1_000; now += 1_000)
    for (const events of fleet.due(now)) for (const {kind, value} of events) hash.update(`${now} ${kind} ${value}\n`);
  return hash.digest("hex").slice(0, 16);
}

test.each([
  ["city", "ea36090dfb38e56f", "de2a361196bb7520"],
  ["motorway", "d9adbfde18630821", "831cc1739a6979e5"],
  ["cold-chain", "c23d9d6fa1730730", "2a17f910faa33e27"],
  ["stress", "f8a13ea99617b2d6", "4243546470d8799e"],
])(
  "a fleet of %s sends what it always sent, so that figures of another day can be compared",
  (scenario, fast, slow) => {
    expect(hashOf({vehicles: 10, scenario, seed: 3, faults: FAULTS}, 1_800)).toBe(fast);
    expect(hashOf({vehicles: 10, scenario, seed: 4, ratePerVehicle: 0.02}, 86_400)).toBe(slow);
  },
);
