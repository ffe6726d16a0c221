import {builtin} from "../runtime/types.ts";
import {type ClusterOptions, listPipelines, onCluster} from "./connection.ts";

/** The names that a shell completes. */
export const namesOf = (options: ClusterOptions, list: "pipelines" | "namespaces"): Promise<string[]> =>
  onCluster(options, async ({client, namespace}) => {
    const items =
      list === "pipelines" ? await listPipelines(client, namespace) : (await client.list(builtin.namespace)).items;
    return items.map(({metadata}) => metadata.name).sort();
  });
