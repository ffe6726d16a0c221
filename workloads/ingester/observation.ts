import {sleep} from "../../api/backoff.ts";
import type {Broker} from "./broker.ts";
import {type Figures, figuresOf} from "./figures.ts";
import type {Standing} from "./lag.ts";
import type {Pump} from "./pump.ts";
import type {Store} from "./store.ts";

/** The state of an ingester at one moment, without what is unknown. */
export interface Observation {
  standing?: Standing[];
  figures?: Figures;
  /** When the newest event that is in the store came into Kafka, ms since the epoch. */
  arrived: number | undefined;
}

/** An absent server must not hold up all other figures. */
const LIMIT_MS = 2_000;

/** The answer if it comes in time. */
const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer.catch(() => undefined), sleep(LIMIT_MS).then(() => undefined)]);

/** Observes the group, in Kafka: each member finds the same. */
export function createObserver(
  store: Pick<Store, "newest">,
  broker: Pick<Broker, "standing" | "inHand">,
  pump: Pick<Pump, "arrived">,
): () => Promise<Observation> {
  /** Without Kafka nothing new is written: the newest arrival holds. */
  let newest: number | undefined;
  return async () => {
    const standing = await soon(broker.standing());
    const now = Date.now();
    const figures = standing && figuresOf(standing, broker.inHand(), now);
    for (const arrived of [figures?.arrived, pump.arrived])
      if (arrived !== undefined) newest = Math.max(newest ?? 0, arrived);
    const arrived = newest ?? (await fromStore(store, now));
    return {...(standing && figures ? {standing, figures} : {}), arrived};
  };
}

/** Before the group has noted an arrival, as after an update: the newest row's own time, if its clock can be right. */
async function fromStore(store: Pick<Store, "newest">, now: number): Promise<number | undefined> {
  const newest = (await soon(store.newest()))?.getTime();
  return newest !== undefined && newest <= now ? newest : undefined;
}
