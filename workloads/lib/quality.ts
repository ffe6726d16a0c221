import type {Quality} from "../../api/event/quality.ts";

/** The rules of EVENT_QUALITY: what spec.event.quality says, as JSON. */
export const eventQuality = (): Quality => JSON.parse(process.env.EVENT_QUALITY || "{}");
