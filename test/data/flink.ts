import {mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {stringify} from "yaml";
import {rawJSON} from "../../api/exact-json.ts";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {flinkSql} from "../../cdk8s/components/flink/sql.ts";
import type {Statements} from "../../cdk8s/components/flink/statements.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {run} from "../../cluster/shell.ts";
import {rootfsOf} from "./rootfs.ts";

/** An event with the time at which Kafka would have got it. */
export type Arrived = Record<string, unknown> & {arrived: string};
/** With whole numbers of 64 bits in every digit. */
const textOf = (event: Arrived) =>
  JSON.stringify(event, (_, value) => (typeof value === "bigint" ? rawJSON(String(value)) : value));

const HERE = "/mnt";
/** One process is JobManager and TaskManager; it ends when the file of events does. */
const CONFIG = {
  "execution.target": "local",
  "parallelism.default": 1,
  "taskmanager.numberOfTaskSlots": 4,
  "taskmanager.memory.managed.size": "64m",
  "taskmanager.memory.network.min": "64m",
  "taskmanager.memory.network.max": "64m",
};
const endpoints = {brokers: "-", topic: "-", idle: "60 s", alertsTopic: "-", group: "-", properties: {}, jdbcUrl: "-"};

/** Runs the stream job's SQL on Flink itself, a file in the place of its topic; the rows that it writes into a table, as Flink prints them. */
export async function runStreamJob(
  spec: Pick<PipelineSpec, "flink" | "event">,
  events: Arrived[],
  user: Statements = {definitions: [], inserts: []},
): Promise<(table: string) => string[][]> {
  const [root] = await rootfsOf(["flink"]);
  const state = join(buildDir, "data", `flink-${process.pid}`);
  mkdirSync(state, {recursive: true});
  writeFileSync(join(state, "config.yaml"), stringify(CONFIG));
  writeFileSync(join(state, "events.json"), events.map(textOf).join("\n"));
  writeFileSync(join(state, "job.sql"), overFiles(flinkSql(resolveSpec(spec), endpoints, user, "EXECUTE")));
  const java = `. /opt/flink/bin/java-options.sh; exec java -Xmx900m -XX:TieredStopAtLevel=1 $opens -Duser.timezone=UTC -cp "$class_path:$FLINK_OPT_DIR/*" \
    org.apache.flink.table.client.SqlClient embedded --file ${HERE}/job.sql`;
  const folders = ["LIB", "OPT", "BIN"].map((name) => `FLINK_${name}_DIR=/opt/flink/${name.toLowerCase()}`);
  const env = [...folders, "FLINK_HOME=/opt/flink", `FLINK_CONF_DIR=${HERE}`, "HOME=/tmp", "PATH=/usr/bin:/bin"];
  const mounts = [
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `mount -t tmpfs tmpfs ${root}/tmp`,
    `mount --bind ${state} ${root}${HERE}`,
    // Its parts find each other by name.
    `touch ${root}/etc/hosts`,
    `mount --bind /etc/hosts ${root}/etc/hosts`,
  ];
  const enter = `exec chroot ${root} env -i ${env.join(" ")} sh -c '${java}'`;
  try {
    const printed = await run("unshare", ["--mount", "sh", "-ec", [...mounts, enter].join("\n")]);
    return (table) =>
      [...printed.matchAll(new RegExp(`^${table}> \\+[IU]\\[(.*)\\]$`, "gm"))].map(([, row]) => row!.split(", "));
  } finally {
    rmSync(state, {recursive: true, force: true});
  }
}

/** The same script: only where its tables are is another. The topic of alerts is a table of its own name. */
function overFiles(sql: string): string {
  const events = `'connector' = 'filesystem', 'path' = 'file://${HERE}/events.json', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'`;
  const moved = sql
    .replace("TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL", "TIMESTAMP_LTZ(3)")
    .replaceAll(/CREATE TEMPORARY TABLE (\w+) \(([\s\S]*?)\n\) WITH \([\s\S]*?\n\);/g, (_, name, columns) => {
      const where = name === "telemetry" ? events : `'connector' = 'print', 'print-identifier' = '${name}'`;
      return `CREATE TEMPORARY TABLE ${name} (${columns}\n) WITH (${where});`;
    });
  return `SET 'table.dml-sync' = 'true';\n${moved}`;
}
