import {STORES} from "../../../api/stores.ts";
import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

/** Beside the stores what else takes every event in (operator/components). */
const AUDITED = [...STORES, "warehouse"] as const;

export const audit = command({
  name: "audit",
  summary: "Compare the events in Kafka with the rows of each store, value by value",
  details:
    "The exit code is 1 if an event is missing, extra or altered, and 2 if a store that is enabled could not be audited.",
  arguments: [NAME],
  options: {
    store: {value: "STORE", summary: "Only this store (default: all that are enabled)", values: AUDITED},
    ...output("json", "table", "csv"),
    ...cluster,
  },
  examples: [["Every store of a pipeline", "audit fleet -o table"]],
  async run({NAME: name}, options) {
    const {onCluster} = await import("../connection.ts");
    const {audit: compare} = await import("../audit.ts");
    return onCluster(options, (connection) => compare(connection, name, options));
  },
});
