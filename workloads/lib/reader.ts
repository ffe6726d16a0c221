import {createReader} from "../../api/event/read.ts";
import {eventColumns} from "./event-columns.ts";

/** The reader of the pipeline's events, by EVENT_MAPPING: what spec.event.mapping says, as JSON; and by EVENT_FIELDS. */
export const eventReader = () => createReader(JSON.parse(process.env.EVENT_MAPPING || "{}"), eventColumns());
