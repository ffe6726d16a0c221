import type {EventColumn} from "../../api/event/columns.ts";
import {type Identity, positionOf} from "../../api/event/identity.ts";

/** The columns of the key beyond vehicle and time, by EVENT_IDENTITY. */
export const positionColumns = (): EventColumn[] => positionOf(process.env.EVENT_IDENTITY as Identity | undefined);

/** The columns of the event beyond those of the list, by EVENT_FIELDS: what spec.event.fields says, as JSON. */
export const eventColumns = (): EventColumn[] => JSON.parse(process.env.EVENT_FIELDS || "[]");
