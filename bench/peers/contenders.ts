import {cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import type {StoreName} from "../../api/stores.ts";
import {SEMI_SPACE} from "../../cdk8s/components/ingester/manifests.ts";
import {repository} from "../../cluster/instance.ts";
import {programs, runDir} from "./install.ts";
import type {Contender} from "./measure.ts";
import type {Program} from "./process.ts";
import {environment} from "./servers.ts";

const here = import.meta.dirname;

/** A folder of the run's own with a peer's configuration files, their ${NAME}s filled in. */
function configure(peer: string, files: string[], values: Record<string, string | number>): string {
  const dir = join(runDir, peer);
  rmSync(dir, {recursive: true, force: true});
  mkdirSync(dir, {recursive: true});
  const known: Record<string, string | number> = {...environment, DIR: dir, ...values};
  for (const file of files) {
    const text = readFileSync(join(here, file), "utf8").replace(/\$\{(\w+)\}/g, (_, name) => {
      if (known[name] === undefined) throw new Error(`bench/peers/${file}: nothing is known as ${name}`);
      return String(known[name]);
    });
    writeFileSync(join(dir, basename(file)), text);
  }
  return dir;
}

interface Variant {
  name?: string;
  /** Processes of one group. */
  count?: number;
  env?: Record<string, string>;
}

/** Our ingester, as its pod runs it. */
export const ingester = (
  store: StoreName,
  {name = "telemetry-operator's ingester", count = 1, env = {}}: Variant = {},
): Contender => ({
  name,
  programs: (topic, group) =>
    Array.from(
      {length: count},
      (_, index): Program => ({
        command: process.execPath,
        args: [SEMI_SPACE, "workloads/ingester/main.ts"],
        cwd: repository,
        env: {
          ...environment,
          NODE_ENV: "production",
          NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
          STORE: store,
          KAFKA_TOPIC: topic,
          KAFKA_GROUP: group,
          HTTP_PORT: "0",
          ...env,
        },
        log: join(runDir, `ingester-${index}.log`),
      }),
    ),
});

export const telegraf: Contender = {
  name: "Telegraf 1.37.2",
  programs(KAFKA_TOPIC, KAFKA_GROUP) {
    const values = {KAFKA_TOPIC, KAFKA_GROUP, BATCH: 5_000, UNDELIVERED: 30_000};
    const dir = configure("telegraf", ["telegraf/telegraf.conf"], values);
    return [
      {
        command: join(programs.telegraf, "telegraf"),
        args: ["--config", join(dir, "telegraf.conf")],
        log: join(runDir, "telegraf.log"),
      },
    ];
  },
};

export const connect: Contender = {
  name: "Kafka Connect 4.3.1, Debezium JDBC sink 3.3.0",
  programs(KAFKA_TOPIC, KAFKA_GROUP) {
    const values = {KAFKA_TOPIC, KAFKA_GROUP, PORT: 18_083, TASKS: 2, BATCH: 5_000, REDUCE: "true"};
    const dir = configure("connect", ["connect/worker.properties", "connect/sink.properties"], values);
    return [
      {
        command: "java",
        args: [
          // The heap of Kafka's own start script.
          "-Xms256M",
          "-Xmx2G",
          "-XX:+UseG1GC",
          `-Dlog4j2.configurationFile=${join(repository, "cluster/images/kafka/log4j2.properties")}`,
          "-cp",
          join(programs.connect, "lib", "*"),
          "org.apache.kafka.connect.cli.ConnectStandalone",
          join(dir, "worker.properties"),
          join(dir, "sink.properties"),
        ],
        log: join(runDir, "connect.log"),
      },
    ];
  },
};

const OPENS = ["lang", "net", "io", "nio", "lang.reflect", "text", "time", "util", "util.concurrent"];

interface Job {
  name: string;
  /** The folder with its job.sql, and what that says besides. */
  folder: string;
  values: Record<string, string | number>;
  /** Folders of further jars. */
  jars?: string[];
}

const flinkJob = ({name, folder, values, jars = []}: Job): Contender => ({
  name,
  programs(KAFKA_TOPIC, KAFKA_GROUP) {
    const given = {...values, KAFKA_TOPIC, KAFKA_GROUP, PARALLELISM: 2};
    const dir = configure(folder, [`${folder}/job.sql`, "flink/config.yaml"], given);
    const home = programs.flink;
    const libraries = [join(home, "lib"), ...jars].map((lib) => join(lib, "*")).join(":");
    const java = (heap: string) => [
      `-Xmx${heap}`,
      "-XX:+UseG1GC",
      "-Duser.timezone=UTC",
      ...OPENS.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
      "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
      `-Dlog4j.configurationFile=${join(dir, "log4j.properties")}`,
      "-cp",
      libraries,
    ];
    cpSync(join(repository, "cluster/images/kafka/log4j2.properties"), join(dir, "log4j.properties"));
    const env = {
      FLINK_HOME: home,
      FLINK_CONF_DIR: dir,
      FLINK_LIB_DIR: join(home, "lib"),
      FLINK_OPT_DIR: join(home, "opt"),
      FLINK_PLUGINS_DIR: join(home, "plugins"),
    };
    const settings = (values: Record<string, string>) =>
      Object.entries(values).map(([name, value]) => `-D${name}=${value}`);
    const runtime = "org.apache.flink";
    return [
      {
        command: "java",
        args: [
          ...java("768m"),
          `${runtime}.container.entrypoint.StandaloneApplicationClusterEntryPoint`,
          "--configDir",
          dir,
          "--job-classname",
          `${runtime}.table.runtime.application.SqlDriver`,
          ...settings({
            "jobmanager.rpc.port": "16123",
            "rest.port": "18081",
            "rest.bind-address": "127.0.0.1",
            "blob.server.port": "0",
          }),
          "--scriptUri",
          `file://${dir}/job.sql`,
        ],
        env,
        log: join(runDir, "flink-jobmanager.log"),
      },
      {
        command: "java",
        args: [
          ...java("1g"),
          "-XX:MaxDirectMemorySize=512m",
          `${runtime}.runtime.taskexecutor.TaskManagerRunner`,
          "--configDir",
          dir,
          ...settings({
            "jobmanager.rpc.port": "16123",
            "taskmanager.numberOfTaskSlots": "2",
            "taskmanager.cpu.cores": "2",
            "taskmanager.memory.framework.heap.size": "128m",
            "taskmanager.memory.task.heap.size": "896m",
            "taskmanager.memory.framework.off-heap.size": "128m",
            "taskmanager.memory.task.off-heap.size": "128m",
            "taskmanager.memory.network.min": "128m",
            "taskmanager.memory.network.max": "128m",
            "taskmanager.memory.managed.size": "64m",
            "taskmanager.memory.jvm-metaspace.size": "256m",
            "taskmanager.memory.jvm-overhead.min": "192m",
            "taskmanager.memory.jvm-overhead.max": "192m",
            "taskmanager.resource-id": "taskmanager",
          }),
        ],
        env,
        log: join(runDir, "flink-taskmanager.log"),
      },
    ];
  },
});

export const flink = flinkJob({
  name: "Flink SQL 2.2.1, JDBC connector 4.0.0",
  folder: "flink",
  values: {BATCH: 5_000},
});

/** Into the tables of a namespace of the lake, which are those that our own set-up makes. */
export const flinkToLake = (env: Record<string, string>): Contender =>
  flinkJob({
    name: "Flink SQL 2.2.1, Iceberg sink 1.11.0",
    folder: "iceberg",
    values: env,
    jars: [join(programs.iceberg, "lib")],
  });

const java = (main: string, KAFKA_TOPIC: string, env: Record<string, string>): Program => ({
  command: "java",
  args: ["-Xmx1g", "-XX:+UseG1GC", "-cp", `${programs.java}:${join(programs.java, "lib", "*")}`, main],
  env: {...environment, KAFKA_TOPIC, ...env},
  log: join(runDir, `${main}.log`),
});

export const javaLoop: Contender = {
  name: "Java driver 4.19 loop",
  programs: (topic, KAFKA_GROUP) => [java("CassandraLoop", topic, {KAFKA_GROUP})],
};

export const javaLimit = (topic: string): Program => java("CassandraLimit", topic, {});
