import {sleep} from "../../api/backoff.ts";
import type {Broker} from "./broker.ts";
import {type Figures, figuresOf} from "./figures.ts";
import type {Standing} from "./lag.ts";
import type {Pump} from "./pump.ts";
import type {Store} from "./store.ts";

/** What an ingester sees at one moment; what is unknown is left out. */
export interface Look {
  standing?: Standing[];
  figures?: Figures;
  /** When the newest event that is in the store came into Kafka, ms since the epoch. */
  arrived: number | undefined;
}

/** An absent server must not keep all other figures from whoever looks. */
const LOOK_MS = 2_000;

/** What somebody who looks waits for. */
const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer.catch(() => undefined), sleep(LOOK_MS).then(() => undefined)]);

/** Looks at the group, in Kafka: each member says the same. */
export function createLook(
  store: Pick<Store, "newest">,
  broker: Pick<Broker, "standing" | "inHand">,
  pump: Pick<Pump, "arrived">,
): () => Promise<Look> {
  /** Without Kafka nothing new is written: what was known last holds. */
  let known: number | undefined;
  return async () => {
    const standing = await soon(broker.standing());
    const now = Date.now();
    const figures = standing && figuresOf(standing, broker.inHand(), now);
    for (const arrived of [figures?.arrived, pump.arrived])
      if (arrived !== undefined) known = Math.max(known ?? 0, arrived);
    const arrived = known ?? (await fromStore(store, now));
    return {...(standing && figures ? {standing, figures} : {}), arrived};
  };
}

/** Before the group has noted an arrival, as after an update: the newest row's own time, if its clock can be right. */
async function fromStore(store: Pick<Store, "newest">, now: number): Promise<number | undefined> {
  const newest = (await soon(store.newest()))?.getTime();
  return newest !== undefined && newest <= now ? newest : undefined;
}
