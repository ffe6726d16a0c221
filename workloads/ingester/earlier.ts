import type {Logger} from "pino";
import type {EventMapping} from "../../api/components/event.ts";
import type {EventColumn} from "../../api/event/columns.ts";
import {contentOf, keyOf} from "../../api/event/identity.ts";
import {createReader} from "../../api/event/read.ts";
import type {Schemas} from "../../api/registry/schemas.ts";
import type {Message} from "./broker.ts";
import type {Store} from "./store.ts";
import type {Entry} from "./write.ts";

/** What of a spec decides which row an event becomes. */
interface Spec {
  mapping: EventMapping;
  fields: EventColumn[];
}

/** Tells an event that an earlier spec has made a row of from another event of the same vehicle and time. */
export interface Earlier {
  /** Resolves when the store has noted by which spec rows are made from now on. */
  note(): Promise<void>;
  /** Others may have written meanwhile, or it is another database. */
  forget(): void;
  /** Whether what is in the row's place is the row of the same event, made by one of the specs that the store has noted. */
  made(entry: Entry, topic: string, there: string): Promise<boolean>;
}

const CONSEQUENCE = "an event that is read again after a change of spec.event may become a dead letter";

interface Parts {
  spec: Spec;
  schemas?: Schemas | undefined;
  store: Pick<Required<Store>, "specs"> & Pick<Store, "troubleOf">;
  log: Logger;
}

/** Specs are what a reader can be made of: what was sent is read as it was then, and compared with what is there. */
export function createEarlier({spec, schemas, store, log}: Parts): Earlier {
  const own = JSON.stringify(spec);
  let noted: Promise<void> | undefined;
  let contentsOf: Promise<ReturnType<typeof contentsBy>[]> | undefined;

  return {
    note() {
      noted ??= store.specs.note(own).catch((error) => refused(error, "written"));
      return noted;
    },
    forget,
    async made({row, message}, topic, there) {
      contentsOf ??= load();
      const key = keyOf(row);
      return (await contentsOf).some((contents) => contents(message, topic, key).includes(there));
    },
  };

  function forget() {
    noted = undefined;
    contentsOf = undefined;
  }

  async function load() {
    const texts = await store.specs.list().catch((error) => refused(error, "read"));
    return (texts ?? []).filter((text) => text !== own).map((text) => contentsBy(JSON.parse(text), schemas));
  }

  /** A table that is missing, or that the role may not use, holds no row up. Anything else is to be tried again. */
  function refused(error: Error, what: string): undefined {
    if (!["schema", "credentials"].includes(store.troubleOf(error))) {
      forget();
      throw error;
    }
    log.warn({err: error}, `table event_spec cannot be ${what}: ${CONSEQUENCE}`);
    return undefined;
  }
}

/** What a message's events with one key were by a spec. */
function contentsBy({mapping, fields}: Spec, schemas?: Schemas) {
  const read = createReader(mapping, fields, schemas);
  return (message: Message, topic: string, key: string): string[] =>
    read(message, topic)
      .rows.filter((row) => keyOf(row) === key)
      .map((row) => contentOf(fields, row));
}
