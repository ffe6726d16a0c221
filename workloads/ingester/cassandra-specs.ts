import type cassandra from "cassandra-driver";
import {hashOf, MOST_SPECS} from "../lib/event-specs.ts";
import type {Specs} from "./store.ts";

const NOTE = "INSERT INTO event_spec (hash, spec, used_at) VALUES (?, ?, toTimestamp(now()))";

export const cassandraSpecs = (get: () => Promise<cassandra.Client>): Specs => ({
  async note(spec) {
    await (await get()).execute(NOTE, [hashOf(spec), spec], {prepare: true});
  },
  async list() {
    const {rows} = await (await get()).execute("SELECT spec, used_at FROM event_spec");
    return rows
      .sort((a, b) => b.get("used_at") - a.get("used_at"))
      .slice(0, MOST_SPECS)
      .map((row) => row.get("spec"));
  },
});
