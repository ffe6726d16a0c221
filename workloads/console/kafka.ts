import type {Kafka} from "kafkajs";
import {heldBackOf, lagOf, positionsOf} from "../lib/offsets.ts";
import type {EventTopics} from "../lib/topics.ts";

/** Events a second that come in, and of each consumer group how far it is behind and how fast it goes. */
export interface Flow {
  rate?: number;
  groups: Record<string, Waiting & {rate?: number}>;
}

interface Waiting {
  lag: number;
  heldBack: number;
}

interface Offsets {
  at: number;
  end: number;
  groups: Record<string, Waiting & {read: number}>;
}

/** Rates are since the previous poll. A replayed or reset offset is no negative rate. */
export function flowOf(before: Offsets | undefined, now: Offsets): Flow {
  const seconds = before ? (now.at - before.at) / 1_000 : 0;
  const rate = (from: number | undefined, to: number) =>
    from === undefined || seconds <= 0 ? {} : {rate: Math.max(0, to - from) / seconds};
  return {
    ...rate(before?.end, now.end),
    groups: Object.fromEntries(
      Object.entries(now.groups).map(([group, {read, ...waiting}]) => [
        group,
        {...waiting, ...rate(before?.groups[group]?.read, read)},
      ]),
    ),
  };
}

/** Looks at the topics' and the groups' offsets. */
export function watchFlow(kafka: Kafka, topics: EventTopics, groups: string[]): () => Promise<Flow> {
  const watched = groups.map((group) => ({group, positions: positionsOf(kafka, topics, group)}));
  let before: Offsets | undefined;
  return async () => {
    const now: Offsets = {at: Date.now(), end: 0, groups: {}};
    for (const {group, positions} of watched) {
      const found = await positions.read();
      now.end = Math.max(now.end, sum(found.map(({high}) => high)));
      now.groups[group] = {
        lag: sum(found.map(lagOf)),
        heldBack: sum(found.map(heldBackOf)),
        // A group that has committed nothing begins at the oldest event.
        read: sum(found.map(({low, committed = 0}) => Math.max(committed, low))),
      };
    }
    const flow = flowOf(before, now);
    before = now;
    return flow;
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
