import type {Table} from "../lake/iceberg/table.ts";
import {hashOf, MOST_SPECS} from "../lib/event-specs.ts";
import type {Specs} from "./store.ts";

/** Each in a property of the table: when it was used last, and its text. */
const PREFIX = "telemetry.spec.";

type Used = [name: string, usedAt: string, spec: string];

function usedIn(properties: Record<string, string> = {}): Used[] {
  const all = Object.entries(properties).filter(([name]) => name.startsWith(PREFIX));
  return all
    .map(([name, text]): Used => [name, text.slice(0, text.indexOf(" ")), text.slice(text.indexOf(" ") + 1)])
    .sort(([, a], [, b]) => (a < b ? 1 : -1));
}

/** The specs by which the rows of the table were made. */
export const lakeSpecs = (table: Table): Specs => ({
  async note(spec) {
    const name = `${PREFIX}${hashOf(spec)}`;
    await table.commit(({metadata}) => {
      const used = usedIn(metadata.properties);
      const old = used.slice(MOST_SPECS).map(([one]) => one);
      // Noted once, unless others were in use since.
      if (used[0]?.[0] === name && old.length === 0) return {};
      return {
        updates: [
          {action: "set-properties", updates: {[name]: `${new Date().toISOString()} ${spec}`}},
          ...(old.length > 0 ? [{action: "remove-properties", removals: old}] : []),
        ],
      };
    });
  },
  list: async () =>
    usedIn((await table.load()).metadata.properties)
      .slice(0, MOST_SPECS)
      .map(([, , spec]) => spec),
});
