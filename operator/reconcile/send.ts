import type {TelemetryError} from "../../api/errors.ts";
import type {KubeObject} from "../runtime/types.ts";
import {unlessRefused} from "./refusals.ts";
import type {Run} from "./run.ts";

export const titleOf = ({kind, metadata}: KubeObject): string => `${kind} ${metadata.name}`;

/** Sends a request for an object of the present plan, unless the API server refused it lately; returns the refusal. */
export const sendFor = (
  {memory: {refusals, plan}}: Run,
  object: KubeObject,
  send: () => Promise<void>,
): Promise<TelemetryError | undefined> => unlessRefused(refusals, plan, titleOf(object), send);

/** The refusals. Waits for the end of each write, so that no write is under way when the first that failed is reported. */
export async function all(works: Promise<TelemetryError[] | TelemetryError | undefined>[]): Promise<TelemetryError[]> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? (result.value ?? []) : []));
}
