import {isDeepStrictEqual} from "node:util";
import {telemetryPipeline} from "../../api/crd.ts";
import type {PipelineStatus} from "../../api/status.ts";
import {isUnknownField} from "../runtime/api-error.ts";
import type {KubeObject} from "../runtime/types.ts";
import {FIELD_MANAGER} from "./apply.ts";
import type {Run} from "./run.ts";
import {transitions} from "./status.ts";

/** Writes the status unless it is live already, and tells people what changed. */
export async function writeStatus(run: Run, status: PipelineStatus): Promise<void> {
  const {platform, pipeline, cache, key} = run;
  const {events, exported, log} = platform;
  exported.show(key, status);
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(status)), pipeline.status)) return;
  cache.wrote(telemetryPipeline, await write(run, status));
  for (const {type, reason, message} of transitions(pipeline.status ?? {}, status)) {
    events.record(pipeline, type, reason, message);
    const level = type === "Warning" ? "warn" : "info";
    log[level]({pipeline: key, generation: pipeline.metadata.generation, reason}, message);
  }
}

async function write(
  {platform: {client}, pipeline, name, namespace}: Run,
  status: PipelineStatus,
): Promise<KubeObject> {
  const {apiVersion, kind} = telemetryPipeline;
  const object = {apiVersion, kind, metadata: {name, namespace}, status};
  const options = {fieldManager: FIELD_MANAGER, subresource: "status", metadataOnly: true} as const;
  try {
    return await client.apply(telemetryPipeline, object, options);
  } catch (error) {
    if (!isUnknownField(error)) throw error;
  }
  // The definition is older than this operator, as after a rollback: a merge leaves out what it does not have.
  const gone = Object.fromEntries(Object.keys(pipeline.status ?? {}).map((field) => [field, null]));
  return client.patch(telemetryPipeline, pipeline.metadata, {status: {...gone, ...status}}, "status");
}
