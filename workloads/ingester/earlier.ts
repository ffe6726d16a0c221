import type {Logger} from "pino";
import {keyOf} from "../../api/event/identity.ts";
import type {Row} from "../../api/event/row.ts";
import type {Schemas} from "../../api/registry/schemas.ts";
import {contentsBy, type EventSpec, textOf} from "../lib/event-specs.ts";
import type {Store} from "./store.ts";
import type {Entry} from "./write.ts";

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
  spec: EventSpec;
  schemas?: Schemas | undefined;
  store: Pick<Required<Store>, "specs"> & Pick<Store, "troubleOf">;
  log: Logger;
}

/** Specs are what a reader can be made of: what was sent is read as it was then, and compared with what is there. */
export function createEarlier({spec, schemas, store, log}: Parts): Earlier {
  const own = textOf(spec);
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
      const isIt = (event: {row: Row; content: string}) => event.content === there && keyOf(event.row) === key;
      return (await contentsOf).some((contents) => contents(message, topic).some(isIt));
    },
  };

  function forget() {
    noted = undefined;
    contentsOf = undefined;
  }

  async function load() {
    const texts = await store.specs.list().catch((error) => refused(error, "read"));
    return (texts ?? []).filter((text) => text !== own).map((text) => contentsBy(text, schemas));
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
