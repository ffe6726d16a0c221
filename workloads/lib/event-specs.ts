import {createHash} from "node:crypto";

/** Of the specs that were in use, this many of the last ones are compared with. */
export const MOST_SPECS = 32;

/** The key of a spec's text in table event_spec. */
export const hashOf = (spec: string): string => createHash("sha256").update(spec).digest("hex").slice(0, 32);
