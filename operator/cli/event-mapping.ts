import type {PipelineSpec} from "../../api/pipeline.ts";
import {type ClusterOptions, getPipeline, onCluster} from "./connection.ts";
import type {TriedSpec} from "./event.ts";
import {readPipelines} from "./pipeline-file.ts";

/** How a live pipeline, or one in a file, reads events; nothing said is the default format. */
export async function eventSpecOf(
  name: string | undefined,
  file: string | undefined,
  options: ClusterOptions,
): Promise<TriedSpec | undefined> {
  if (name !== undefined && file !== undefined)
    throw new Error("a pipeline has a name or a file: leave one of them out");
  const pipeline =
    file !== undefined
      ? readPipelines([file], "default")[0]
      : name !== undefined
        ? await onCluster(options, (connection) => getPipeline(connection, name))
        : undefined;
  return (pipeline?.spec as PipelineSpec | undefined)?.event;
}
