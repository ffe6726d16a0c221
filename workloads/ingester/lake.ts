import type {Logger} from "pino";
import {TIME} from "../../api/event.ts";
import type {StoreName} from "../../api/stores.ts";
import {commitIntervalMs, lakeConnection} from "../lake/connection.ts";
import {figuresOf, type TableFigures} from "../lake/figures.ts";
import {CatalogueError, openCatalogue} from "../lake/iceberg/catalogue.ts";
import {openObjects} from "../lake/iceberg/objects.ts";
import {type Head, openTable, type Table} from "../lake/iceberg/table.ts";
import {currentSchema} from "../lake/iceberg/types.ts";
import {decodeValue} from "../lake/iceberg/values.ts";
import {DEAD_LETTERS, EVENTS} from "../lake/tables.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {problemOf} from "./again.ts";
import {eventContent} from "./lake-events.ts";
import {letterContent} from "./lake-letters.ts";
import {TableProblem} from "./lake-lot.ts";
import {lakeSpecs} from "./lake-specs.ts";
import {LakeWriter} from "./lake-writer.ts";
import {troubleTotal} from "./metrics.ts";
import type {Deferral, Store, Trouble} from "./store.ts";

const FETCH_BYTES = 4_194_304;
const NAME: StoreName = "lake";

/** The lake's table of events by the LAKE_* and AWS_* environment variables. */
export function openLake(log: Logger): Store {
  const {s3, catalogue: access, namespace} = lakeConnection();
  const catalogue = openCatalogue(access);
  const objects = openObjects(s3);
  const columns = eventColumns();
  const isPositioned = positionColumns().length > 0;
  const table = openTable(catalogue, objects, {namespace, name: EVENTS});
  const common = {
    objects,
    intervalMs: commitIntervalMs(),
    log,
    onTrouble: (error: Error) => troubleTotal.inc({store: NAME, reason: troubleOf(error)}),
  };
  const content = eventContent({table, objects, columns, isPositioned});
  const writer = new LakeWriter({...common, table, content});
  const ofLetters = openTable(catalogue, objects, {namespace, name: DEAD_LETTERS});
  const letters = new LakeWriter({...common, table: ofLetters, content: letterContent(ofLetters, objects)});
  return {
    name: NAME,
    fetchBytes: FETCH_BYTES,
    batches: 2,
    write: writer.write,
    ...(isPositioned ? {} : {specs: lakeSpecs(table)}),
    forget: writer.forget,
    // Whatever an event holds has a place in a file.
    isRefusal: () => false,
    troubleOf,
    newest: async () => newestOf(table, await writer.current()),
    figures: tableFigures(table),
    deferral: deferralOf(writer),
    letters: Object.assign(deferralOf(letters), {name: NAME, write: letters.write, forget: letters.forget, troubleOf}),
    async close() {
      objects.close();
      await catalogue.close();
    },
  };
}

const deferralOf = (writer: LakeWriter<any, any>): Deferral => ({
  hold: writer.hold,
  flush: writer.flush,
  onDropped: writer.onDropped,
  get isIdle() {
    return writer.isIdle;
  },
  get problem() {
    const {trouble} = writer;
    return trouble && problemOf(troubleOf(trouble), trouble);
  },
});

/** Others change the table too, as maintenance does: it is asked for anew after this long. */
const FIGURES_MS = 30_000;

/** How the table is, asked for now and then however often that is wanted. */
function tableFigures(table: Table): () => Promise<TableFigures> {
  let asked: {at: number; figures: Promise<TableFigures>} | undefined;
  return () => {
    const now = performance.now();
    if (!asked || now - asked.at > FIGURES_MS) asked = {at: now, figures: table.load().then(figuresOf)};
    return asked.figures;
  };
}

/** The newest time of the last day that has files. */
async function newestOf(table: Table, head: Head): Promise<Date | null> {
  const days = head.manifests.flatMap(({content, partitions: [bounds]}) =>
    content === 0 && bounds?.upper ? [decodeValue("date", bounds.upper) as number] : [],
  );
  if (days.length === 0) return null;
  const last = Math.max(...days);
  const time = currentSchema(head.metadata).fields.find(({name}) => name === TIME.name)?.id ?? -1;
  const files = await table.files(head, {from: last, to: last});
  const times = files.flatMap(({upper}) =>
    upper.has(time) ? [decodeValue("timestamptz", upper.get(time)!) / 1_000] : [],
  );
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}

/** What a bucket or a catalogue says of a disk without room. */
const FULL = /no space|no (free|writable) volumes|quota|disk is full|storage.?full/i;

export function troubleOf(error: unknown): Trouble {
  const {
    name = "",
    message = "",
    $metadata,
    status,
  } = error as {
    name?: string;
    message?: string;
    status?: number;
    $metadata?: {httpStatusCode?: number};
  };
  if (error instanceof TableProblem) return "schema";
  if (FULL.test(message) || name === "InsufficientCapacity") return "disk-full";
  const code = error instanceof CatalogueError ? status : $metadata?.httpStatusCode;
  if (code === undefined) return "unreachable";
  if (code === 401 || code === 403) return "credentials";
  if (code === 404 || code === 400) return "schema";
  if (code === 429 || name === "SlowDown") return "overloaded";
  return code === 502 || code === 503 || code === 504 ? "unreachable" : "other";
}
