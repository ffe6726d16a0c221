import {headOf} from "../iceberg/types.ts";
import {snapshotAt, wasThere} from "../moment.ts";
import {EVENTS} from "../tables.ts";
import type {Lake, Tended} from "./tables.ts";

interface Restored {
  table: string;
  /** When what readers see now was committed. */
  committed: string;
  rows: number;
  /** Rows that readers saw before. */
  instead: number;
}

const rowsOf = (summary: Record<string, string> = {}): number => Number(summary["total-records"] ?? 0);

/**
 * Shows readers the tables as they were. Nothing is written or removed: what was there before stays a snapshot until it expires. The ingester
 * reads on from where its group is; what came after that moment is read again when somebody resets it.
 */
export async function restore({tables}: Lake, ms: number): Promise<Restored[]> {
  // Looked for before any is changed. A table beside the events that had nothing yet stays: it cannot be shown as it was before its first commit.
  const there: Tended[] = [];
  for (const table of tables) {
    const {metadata} = await table.load();
    if (table.name !== EVENTS && !wasThere(metadata, ms)) continue;
    snapshotAt(metadata, ms);
    there.push(table);
  }
  const restored: Restored[] = [];
  for (const table of there) {
    let answer: Restored | undefined;
    await table.commit(({metadata}) => {
      const to = snapshotAt(metadata, ms);
      const from = headOf(metadata);
      answer = {
        table: table.name,
        committed: new Date(to["timestamp-ms"]).toISOString(),
        rows: rowsOf(to.summary),
        instead: rowsOf(from?.summary),
      };
      const id = to["snapshot-id"];
      const ref = {action: "set-snapshot-ref", "ref-name": "main", type: "branch", "snapshot-id": id};
      return {updates: from?.["snapshot-id"] === id ? [] : [ref]};
    });
    restored.push(answer!);
  }
  return restored;
}
