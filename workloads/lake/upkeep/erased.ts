import {createHash} from "node:crypto";
import type {TableMetadata, Update} from "../iceberg/types.ts";

/**
 * The property of a table of copies that says which vehicles were erased: their rows of before stay out of it, also where what is copied has them still.
 * A name is kept as its SHA-256 alone.
 */
const PROPERTY = "telemetry.erased";

/** By vehicle: ms since 1970. */
type Erased = Record<string, number>;

const hashOf = (vehicle: string) => createHash("sha256").update(vehicle).digest("hex");

/** The property as it is, by which a change of it is seen. */
export const erasedText = ({properties}: Pick<TableMetadata, "properties">): string => properties?.[PROPERTY] ?? "{}";

/** @param until ms since 1970; rows from then on are for the table again */
export function withErased(
  metadata: Pick<TableMetadata, "properties">,
  {vehicle, until}: {vehicle: string; until: number},
): Update[] {
  const erased: Erased = {...JSON.parse(erasedText(metadata)), [hashOf(vehicle)]: until};
  return [{action: "set-properties", updates: {[PROPERTY]: JSON.stringify(erased)}}];
}

/** Of some vehicles those that were erased, and until when: ms since 1970. */
export function erasedOf(text: string, vehicles: string[]): {vehicle: string; until: number}[] {
  const erased: Erased = JSON.parse(text);
  return vehicles.flatMap((vehicle) => {
    const until = erased[hashOf(vehicle)];
    return until === undefined ? [] : [{vehicle, until}];
  });
}
