import {bytesOf} from "../../../api/quantities.ts";

/** What SeaweedFS is told, in one process or several. */

/** The master phones home unless told not to. */
export const TELEMETRY_OFF = "-telemetry=false";

/** A volume of SeaweedFS is a file of at most that size, and each bucket has several of its own. */
export const VOLUME_MIB = 1_024;

/** Go's collector works harder near it; without it, it would take twice what is live. */
export const memoryLimit = (memory: string): string => `${Math.floor((bytesOf(memory) * 0.75) / 2 ** 20)}MiB`;
