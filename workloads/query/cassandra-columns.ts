import type cassandra from "cassandra-driver";
import type {EventColumn} from "../../api/event/columns.ts";

/** The columns that were made of fields, whether the spec still has these or not. */
export async function madeColumns(client: cassandra.Client): Promise<EventColumn[]> {
  const {rows} = await client.execute("SELECT name, type FROM event_column");
  return rows.map((row) => ({name: row.get("name"), type: row.get("type")}));
}
