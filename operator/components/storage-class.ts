import {TelemetryError} from "../../api/errors.ts";
import type {KubeObject} from "../runtime/types.ts";
import type {Pair} from "./component.ts";

/** Refuses another StorageClass in the spec than that of the live volumes, for every planned object of a kind that is live already. */
export function sameStorageClass(
  pairs: Pair[],
  kind: string,
  field: string,
  wanted: string | undefined,
  read: (object: KubeObject) => string | undefined,
): void {
  for (const {planned, live} of pairs) {
    if (planned.kind !== kind || !live) continue;
    const is = read(live);
    if (wanted === is) continue;
    const fix = is ? `set it to ${is}` : "leave it out";
    throw new TelemetryError(
      "InvalidStorageClass",
      `${field}: ${wanted ?? "none"} is not the class of the live volumes, which cannot change; ${fix}`,
    );
  }
}
