import type {Kafka} from "kafkajs";
import {heldBackOf, type Position, positionsOf} from "../lib/offsets.ts";
import type {EventTopics} from "../lib/topics.ts";

/** A transaction that is open for longer holds events back; a shorter one is how its producer works. */
const HELD_MS = 60_000;

/** The position of the whole group, not of this member alone, in a partition. */
export interface Standing extends Position {
  /** A transaction before unread events has been open for more than a minute. */
  held: boolean;
}

/** Reads the positions of the group. Calls at the same time share one reading. */
export function lagReader(kafka: Kafka, topics: EventTopics, groupId: string): () => Promise<Standing[]> {
  const positions = positionsOf(kafka, topics, groupId);
  let reading: Promise<Standing[]> | undefined;

  async function read(): Promise<Standing[]> {
    const found = await positions.read();
    const waiting = found.filter((position) => heldBackOf(position) > 0);
    const held = new Set((await positions.heldFor(waiting, HELD_MS)).map(({name}) => name));
    return found.map((position) => ({...position, held: held.has(position.name)}));
  }

  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
