import type {EventColumn} from "../../api/event/columns.ts";

/** The columns of the event beyond those of the list, by EVENT_FIELDS: what spec.event.fields says, as JSON. */
export const eventColumns = (): EventColumn[] => JSON.parse(process.env.EVENT_FIELDS || "[]");
