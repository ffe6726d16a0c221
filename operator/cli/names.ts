import {builtin} from "../runtime/types.ts";
import {type ClusterOptions, listPipelines, onCluster} from "./connection.ts";

/** A cluster that does not answer must not hold up a shell for longer. */
const PATIENCE_MS = 5_000;

/** The names that a shell completes; none from a cluster that does not answer in time. */
export const namesOf = (options: ClusterOptions, list: "pipelines" | "namespaces"): Promise<string[]> =>
  Promise.race([
    onCluster(options, async ({client, namespace}) => {
      const items =
        list === "pipelines" ? await listPipelines(client, namespace) : (await client.list(builtin.namespace)).items;
      return items.map(({metadata}) => metadata.name).sort();
    }),
    new Promise<string[]>((done) => {
      setTimeout(() => done([]), PATIENCE_MS).unref();
    }),
  ]);
