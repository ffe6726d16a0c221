import {createHash} from "node:crypto";
import type {EventMapping} from "../../api/components/event.ts";
import type {EventColumn} from "../../api/event/columns.ts";
import {contentOf} from "../../api/event/identity.ts";
import type {Message} from "../../api/event/path.ts";
import {createReader} from "../../api/event/read.ts";
import type {Row} from "../../api/event/row.ts";
import type {Schemas} from "../../api/registry/schemas.ts";

/** What of a spec decides which row an event becomes. */
export interface EventSpec {
  mapping: EventMapping;
  fields: EventColumn[];
}

/** The text by which a store notes it. */
export const textOf = ({mapping, fields}: EventSpec): string => JSON.stringify({mapping, fields});

/** Of the specs that were in use, this many of the last ones are compared with. */
export const MOST_SPECS = 32;

/** The key of a spec's text in table event_spec. */
export const hashOf = (spec: string): string => createHash("sha256").update(spec).digest("hex").slice(0, 32);

/** An event as a spec makes a row of it, with what was sent as text. */
type Content = {row: Row; content: string};

/** What a message's events were by a spec that a store has noted. */
export function contentsBy(text: string, schemas?: Schemas): (message: Message, topic: string) => Content[] {
  const {mapping, fields}: EventSpec = JSON.parse(text);
  const read = createReader(mapping, fields, schemas);
  return (message, topic) => read(message, topic).rows.map((row) => ({row, content: contentOf(fields, row)}));
}
