import {usesFlink} from "../../../api/components/flink.ts";
import {TelemetryError} from "../../../api/errors.ts";
import {flinkDeployment} from "../../../cdk8s/components/flink/kinds.ts";
import type {FlinkFacts} from "../../../cdk8s/components/flink/manifests.ts";
import {flinkName, SQL_ANNOTATION} from "../../../cdk8s/components/flink/names.ts";
import {sortStatements} from "../../../cdk8s/components/flink/statements.ts";
import {builtin, type KubeObject} from "../../runtime/types.ts";
import type {Sources} from "../component.ts";

/** A ConfigMap holds 1 MiB. */
const MAX_SQL_BYTES = 256 * 1_024;

export const readFlinkFacts = async (sources: Sources): Promise<FlinkFacts> => ({
  userSql: await readUserSql(sources),
  liveSql: liveSql(await sources.find(flinkDeployment, flinkName(sources.name))),
});

/** The hash of the SQL whose state the live job keeps; "" while a change to another SQL is not settled. */
export function liveSql(live: KubeObject | undefined): string | undefined {
  if (!live) return undefined;
  const {observedGeneration, lifecycleState} = live.status ?? {};
  const settled = observedGeneration === live.metadata.generation && lifecycleState === "STABLE";
  if (live.spec.job?.upgradeMode === "stateless" && !settled) return "";
  return live.metadata.annotations?.[SQL_ANNOTATION];
}

/**
 * The user's SQL, read at each reconcile: the ConfigMap is a user's and not watched.
 *
 * @throws TelemetryError naming the ConfigMap and the key, or the statement
 */
async function readUserSql({client, namespace, spec}: Sources): Promise<string | undefined> {
  if (!client || !usesFlink(spec) || !spec.flink.sql) return undefined;
  const {configMap: name, key = "job.sql"} = spec.flink.sql;
  const found = await client.get(builtin.configMap, {name, namespace});
  const sql: string | undefined = found?.data?.[key];
  if (sql === undefined) {
    const problem = found ? `has no key ${key}` : "does not exist";
    throw new TelemetryError(
      "MissingConfigMap",
      `spec.flink.sql: ConfigMap ${name} ${problem}; create it in namespace ${namespace}`,
    );
  }
  const bytes = Buffer.byteLength(sql);
  if (bytes > MAX_SQL_BYTES) {
    const limit = `at most ${MAX_SQL_BYTES}: the job's own SQL has to go into one ConfigMap with it`;
    throw new TelemetryError("InvalidFlinkSql", `spec.flink.sql, ConfigMap ${name}: ${bytes} bytes, ${limit}`);
  }
  try {
    sortStatements(sql);
  } catch (error) {
    throw new TelemetryError("InvalidFlinkSql", `spec.flink.sql, ConfigMap ${name}: ${(error as Error).message}`);
  }
  return sql;
}
