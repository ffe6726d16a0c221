import type {EventMapping} from "../../api/components/event.ts";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {type ClusterOptions, getPipeline, onCluster} from "./connection.ts";
import {readPipelines} from "./pipeline-file.ts";

/** The mapping of a live pipeline, or of one in a file; that of the default format without either. */
export async function mappingOf(
  name: string | undefined,
  file: string | undefined,
  options: ClusterOptions,
): Promise<EventMapping | undefined> {
  if (name !== undefined && file !== undefined)
    throw new Error("a pipeline has a name or a file: leave one of them out");
  const pipeline =
    file !== undefined
      ? readPipelines([file], "default")[0]
      : name !== undefined
        ? await onCluster(options, (connection) => getPipeline(connection, name))
        : undefined;
  return (pipeline?.spec as PipelineSpec | undefined)?.event?.mapping;
}
