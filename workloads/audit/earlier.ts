import type {Logger} from "pino";
import type {StoreName} from "../../api/stores.ts";
import {cassandraSpecs} from "../ingester/cassandra-specs.ts";
import {lakeSpecs} from "../ingester/lake-specs.ts";
import {timescaledbSpecs} from "../ingester/timescaledb-specs.ts";
import {lakeConnection} from "../lake/connection.ts";
import {openCatalogue} from "../lake/iceberg/catalogue.ts";
import {openObjects} from "../lake/iceberg/objects.ts";
import {openTable} from "../lake/iceberg/table.ts";
import {EVENTS} from "../lake/tables.ts";
import {cassandraClient, ownRole} from "../lib/cassandra.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {contentsBy, textOf} from "../lib/event-specs.ts";
import {openPool} from "../lib/postgres.ts";
import type {EventReader} from "../lib/reader.ts";

const STATEMENT_MS = 60_000;

/** The specs that a store has noted, the last used first. */
const listOf = {
  async timescaledb() {
    const pool = openPool(1, STATEMENT_MS);
    return timescaledbSpecs(pool)
      .list()
      .finally(() => pool.end());
  },
  async cassandra() {
    const client = cassandraClient(...ownRole());
    return cassandraSpecs(async () => client)
      .list()
      .finally(() => client.shutdown());
  },
  async lake() {
    const {s3, catalogue: access, namespace} = lakeConnection();
    const [catalogue, objects] = [openCatalogue(access), openObjects(s3)];
    return lakeSpecs(openTable(catalogue, objects, {namespace, name: EVENTS}))
      .list()
      .finally(() => Promise.all([catalogue.close(), objects.close()]));
  },
} satisfies Record<StoreName, () => Promise<string[]>>;

/** What a message's events were by each spec that the store's rows were made by, but for the present one. */
export async function earlierContents(
  store: StoreName,
  {mapping, schemas}: EventReader,
  log: Logger,
): Promise<ReturnType<typeof contentsBy>[]> {
  const own = textOf({mapping, fields: eventColumns()});
  const texts = await listOf[store]().catch((error) => {
    log.warn({err: error}, "the specs by which rows were made cannot be read: such rows count as altered");
    return [];
  });
  return texts.filter((text) => text !== own).map((text) => contentsBy(text, schemas));
}
