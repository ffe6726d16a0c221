import {createReader, type Reader} from "../../api/event/read.ts";

/** The reader of the pipeline's events, by EVENT_MAPPING: what spec.event.mapping says, as JSON. */
export const eventReader = (): Reader => createReader(JSON.parse(process.env.EVENT_MAPPING || "{}"));
