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
