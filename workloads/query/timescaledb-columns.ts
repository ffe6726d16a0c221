import type pg from "pg";
import type {EventColumn} from "../../api/event/columns.ts";

/** The columns that were made of fields, whether the spec still has these or not. */
export async function madeColumns(client: pg.ClientBase): Promise<EventColumn[]> {
  const {rows} = await client.query("SELECT to_regclass('event_column') IS NOT NULL AS there");
  return rows[0].there ? (await client.query("SELECT name, type FROM event_column ORDER BY name")).rows : [];
}
