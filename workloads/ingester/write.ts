import type {Row} from "../telemetry.ts";
import type {Message} from "./broker.ts";
import type {Store} from "./store.ts";

/** A row and the message that it came in. */
export interface Entry {
  row: Row;
  message: Message;
}

export interface DeadLetter {
  message: Message;
  reason: string;
}

/**
 * Writes all rows, in halves of halves where the store refuses one for what it holds, so that one bad row costs its
 * neighbours nothing. Returns those that were refused.
 *
 * @throws what the store throws for any other reason; then any part of the rows may be there
 */
export async function writeApart(
  store: Pick<Store, "name" | "write" | "refusesRow">,
  entries: Entry[],
): Promise<DeadLetter[]> {
  try {
    await store.write(entries.map(({row}) => row));
    return [];
  } catch (error) {
    if (!store.refusesRow(error)) throw error;
    if (entries.length === 1)
      return [{message: entries[0]!.message, reason: `${store.name}: ${(error as Error).message}`}];
    const half = Math.ceil(entries.length / 2);
    return [...(await writeApart(store, entries.slice(0, half))), ...(await writeApart(store, entries.slice(half)))];
  }
}
