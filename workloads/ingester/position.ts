import type {Row} from "../telemetry.ts";
import type {Message, Place} from "./broker.ts";

/** Adds to a row where its event is in Kafka, behind the columns of fields (POSITION in api/event/identity.ts). */
export type Position = (row: Row, place: Place, message: Pick<Message, "offset" | "event">) => void;

/** @param fields how many columns of fields there are */
export const createPosition =
  (fields: number): Position =>
  (row, {topic, partition}, {offset, event = 0}) => {
    row.fields = [...(row.fields ?? Array(fields).fill(null)), topic, partition, BigInt(offset), event];
  };
