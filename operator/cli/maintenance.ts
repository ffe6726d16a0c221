import {maintenanceName} from "../../cdk8s/components/lake/maintenance.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import {runJob} from "./backup.ts";
import type {Connection} from "./connection.ts";
import {type Findings, table} from "./output.ts";

/** Runs a task of the lake's maintenance as a Job that is made from its CronJob, and returns its answer. */
export async function maintain(
  {client, namespace}: Pick<Connection, "client" | "namespace">,
  pipeline: string,
  task: "restore" | "erase",
  argument: string,
): Promise<Findings> {
  const cronJob = await client.get(builtin.cronJob, {namespace, name: maintenanceName(pipeline)});
  if (!cronJob)
    throw new Error(`pipeline ${pipeline} has no lake in namespace ${namespace}: set spec.lake.enabled (docs/lake.md)`);
  const name = `${pipeline}-${task}-${Date.now().toString(36)}`;
  return shown(await runJob({client, namespace}, jobOf(cronJob, [task, argument], {name, namespace})));
}

/** Tried once, since a user waits for it, and removed after a day. */
export function jobOf(cronJob: KubeObject, more: string[], metadata: {name: string; namespace: string}): KubeObject {
  const spec = structuredClone(cronJob.spec.jobTemplate.spec);
  const [container] = spec.template.spec.containers;
  container.args = [...container.args, ...more];
  spec.template.spec.restartPolicy = "Never";
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {...spec, backoffLimit: 0, ttlSecondsAfterFinished: 86_400},
  };
}

/** What was done to each table, as a table. */
function shown({data, ...rest}: Findings): Findings {
  const [rows] = data as unknown[];
  if (!Array.isArray(rows) || rows.length === 0) return {data, ...rest};
  const columns = Object.keys(rows[0]);
  const text = table([
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => String(row[name]))),
  ]);
  return {...rest, data: rows, text};
}
