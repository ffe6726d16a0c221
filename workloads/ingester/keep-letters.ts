import type {Logger} from "pino";
import {topicsOf} from "../lib/topics.ts";
import {beforeNextTry, isNews, problemOf} from "./again.ts";
import type {Batch, Broker, Place} from "./broker.ts";
import {openKafka} from "./kafkajs.ts";
import {type LetterRow, letterRow} from "./lake-letters.ts";
import {keptTotal} from "./metrics.ts";
import type {Deferral, Store} from "./store.ts";

/** Where dead letters of all stores are kept. */
export interface LetterStore extends Deferral, Pick<Store, "name" | "troubleOf"> {
  write(rows: LetterRow[]): Promise<{repeated: LetterRow[]}>;
  forget(): void;
}

/** Keeps dead letters until the program stops. */
interface Keeper {
  /** Resolves when what waited is written, or cannot be. */
  ended: Promise<void>;
  /** Why none are kept now, for people. */
  readonly problem: string | undefined;
}

/** Letters are few, and may be large. */
const FETCH_BYTES = 1_048_576;

/** Reads the topic of dead letters as a group of its own, beside that of the events. */
export function keepLetters(
  store: LetterStore,
  {dlqTopic, group, log, signal}: {dlqTopic: string; group: string; log: Logger; signal: AbortSignal},
): Keeper {
  const fetch = {bytes: FETCH_BYTES, batches: 1, told: store};
  const broker = openKafka(`${store.name}-dead-letters`, topicsOf(dlqTopic, {}), group, fetch, log, signal);
  store.onDropped(broker.reread);
  const taking = createTaking(store, broker, log, signal);
  const consumer = {
    take: taking.take,
    onMembership: store.forget,
    // The group of the events hears of it too.
    onUnreadable() {},
    onLeaving: store.flush,
  };
  return {
    ended: broker.consume(consumer).then(() => broker.close()),
    get problem() {
      return store.problem ?? taking.problem;
    },
  };
}

function createTaking(store: LetterStore, broker: Pick<Broker, "commit">, log: Logger, signal: AbortSignal) {
  keptTotal.inc({store: store.name}, 0);
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  return {
    take,
    get problem() {
      return problem;
    },
  };

  async function take({topic, partition, messages, next}: Batch, isOurs: () => Promise<void>): Promise<boolean> {
    const place: Place = {topic, partition};
    const rows = messages.map((message) => letterRow(place, message));
    const held = store.hold();
    const stillOurs = async () => {
      if (!held.isHeld()) throw new Error("the letters of this batch wait here no more: they are read again");
      await isOurs();
    };
    if (rows.length > 0) await write(rows, stillOurs);
    await stillOurs();
    held.settle(place, next, () => broker.commit(place, next));
    return true;
  }

  async function write(rows: LetterRow[], stillOurs: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const {repeated} = await store.write(rows);
        keptTotal.inc({store: store.name}, rows.length - repeated.length);
        forget();
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        const words = problemOf(store.troubleOf(error), error as Error);
        if (isNews(words, problem, attempt)) log.warn({err: error}, "no dead letter can be kept; trying again");
        problem = words;
        await beforeNextTry(attempt, {signal, stillOurs, forget});
      }
    }
  }
}
