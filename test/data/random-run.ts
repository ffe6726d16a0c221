import {setTimeout as sleep} from "node:timers/promises";
import {DATABASES, type StoreName} from "../../api/stores.ts";
import {random} from "../../workloads/simulator/random.ts";
import {happeningsOf} from "./faults.ts";
import type {Stack} from "./stack.ts";
import {openTrial, type Verdict} from "./trial.ts";

/** What came of one random run. */
export interface Outcome {
  seed: number;
  store: StoreName;
  happenings: string[];
  verdict: Verdict;
  /** Time from the last fault's end until everything was written. */
  recoveredMs: number;
  /** The slowest end after SIGTERM. */
  drainMs: number;
  /** The codes and last words of members that ended with another code than 0 though nobody killed them. */
  crashes: string[];
}

const LIMIT_MS = 90_000;

/**
 * Events of a seeded fleet with faults of its own, while what the seed says goes wrong with the consumers and their links.
 *
 * @param stores of which the seed takes one; of others it is another run
 */
export async function randomRun(
  stack: Stack,
  seed: number,
  lane: number,
  stores: readonly StoreName[] = DATABASES,
): Promise<Outcome> {
  const chance = random(seed * 104_729 + 11);
  const store = stores[seed % stores.length]!;
  const faults =
    chance() < 0.5
      ? {}
      : {
          malformedPerMillion: 10_000,
          missingFieldPerMillion: 10_000,
          missingReadingPerMillion: 50_000,
          duplicatePerMillion: 20_000,
          outOfOrderPerMillion: 20_000,
        };
  const trial = await openTrial(stack, store, {lane, seed, partitions: 1 + Math.floor(chance() * 6), faults});
  try {
    const happenings = happeningsOf(seed);
    for (let member = chance() < 0.3 ? 0 : 1; member < 2; member++) await trial.start();
    let done = false;
    const load = (async () => {
      while (!done) {
        await trial.send(5);
        await sleep(chance() * 60);
      }
    })();
    await sleep(chance() * 2_000);
    for (const {go} of happenings) await go(trial);
    done = true;
    await load;
    const healed = performance.now();
    await trial.caughtUp(LIMIT_MS);
    const recoveredMs = performance.now() - healed;
    const verdict = await trial.verdict();
    const drains = await Promise.all(trial.ingesters.map((ingester) => ingester.drain()));
    return {
      seed,
      store,
      happenings: happenings.map(({name}) => name),
      verdict,
      recoveredMs,
      drainMs: Math.max(0, ...drains.map(({ms}) => ms)),
      // Without a code: killed by a signal, and that was us.
      crashes: drains.flatMap(({code}, at) =>
        code ? [`code ${code}: ${trial.ingesters[at]!.log.slice(-8).join("\n")}`] : [],
      ),
    };
  } catch (error) {
    const logs = trial.ingesters.map(({log}) => log.slice(-15).join("\n")).join("\n—\n");
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${logs}`);
  } finally {
    await trial.close();
  }
}

/** Nothing lost, added or altered, every rejected event a dead letter, nobody crashed. */
export const isExact = ({verdict: {lost, extra, altered, rejected, deadLetters}, crashes}: Outcome): boolean =>
  lost + extra + altered + crashes.length === 0 && rejected === deadLetters;
