import type {Kafka} from "kafkajs";
import {heldBackOf, type Position, positionsOf} from "../lib/offsets.ts";

/** A transaction that is open for longer holds events back; a shorter one is how its producer works. */
const HELD_MS = 60_000;

/** Where the whole group, not this member alone, is in a partition. */
export interface Standing extends Position {
  /** A transaction before unread events has been open for more than a minute. */
  held: boolean;
}

/** Reads where the group is. Those who ask at the same time share one look: what each gets was not so before it asked, but for that look. */
export function lagReader(kafka: Kafka, topic: string, groupId: string): () => Promise<Standing[]> {
  const positions = positionsOf(kafka, topic, groupId);
  let look: Promise<Standing[]> | undefined;

  async function read(): Promise<Standing[]> {
    const found = await positions.read();
    const waiting = found.filter((position) => heldBackOf(position) > 0);
    const held = new Set((await positions.heldFor(waiting, HELD_MS)).map(({partition}) => partition));
    return found.map((position) => ({...position, held: held.has(position.partition)}));
  }

  return () => {
    look ??= read().finally(() => {
      look = undefined;
    });
    return look;
  };
}
