import {cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import cassandra from "cassandra-driver";
import kafkajs from "kafkajs";
import pg from "pg";
import {stringify} from "yaml";
import {repository} from "../../cluster/instance.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {programs, runDir} from "./install.ts";
import {type Running, start} from "./process.ts";

/** Loopback ports of the bench's own servers, beside the usual ones. */
const ports = {
  kafka: 19_092,
  controller: 19_093,
  postgres: 15_432,
  cassandra: 19_042,
  storage: 17_000,
  jmx: 17_199,
};
export const PARTITIONS = 6;
const START_MS = 300_000;

/** What our own programs read from their environment. */
export const environment = {
  KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
  PGHOST: "127.0.0.1",
  PGPORT: String(ports.postgres),
  PGUSER: "telemetry",
  PGPASSWORD: "bench",
  PGDATABASE: "telemetry",
  CASSANDRA_CONTACT_POINTS: "127.0.0.1",
  CASSANDRA_PORT: String(ports.cassandra),
  CASSANDRA_USERNAME: "cassandra",
  CASSANDRA_PASSWORD: "cassandra",
};

const fresh = (name: string) => {
  const dir = join(runDir, name);
  rmSync(dir, {recursive: true, force: true});
  mkdirSync(dir, {recursive: true});
  return dir;
};
const logOf = (name: string) => join(runDir, `${name}.log`);

/** One broker, KRaft, with the heap of the profile Small. */
export async function startKafka(): Promise<Running> {
  const dir = fresh("kafka");
  const config = join(dir, "server.properties");
  const settings = {
    "process.roles": "broker,controller",
    "node.id": 0,
    "controller.quorum.voters": `0@127.0.0.1:${ports.controller}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.controller}`,
    "log.dirs": join(dir, "data"),
    "group.initial.rebalance.delay.ms": 0,
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(config, lines.join(""));
  const log4j = `-Dlog4j2.configurationFile=${join(repository, "cluster/images/kafka/log4j2.properties")}`;
  const java = [log4j, "-cp", join(programs.kafka, "lib", "*")];
  await run("java", [...java, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", config]);
  const running = start({
    command: "java",
    args: ["-Xms1g", "-Xmx1g", "-XX:+UseG1GC", ...java, "kafka.Kafka", config],
    log: logOf("kafka"),
  });
  const admin = new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING}).admin();
  await waitFor("Kafka", START_MS, async () => {
    running.check();
    await admin.connect();
    await admin.disconnect();
    return true;
  });
  return running;
}

/** PostgreSQL 17 with TimescaleDB by the script of the project's image, at PostgreSQL's own defaults but for these options. */
export async function startTimescaleDB(options: string[] = []): Promise<Running> {
  const root = join(programs.timescaledb, "root");
  const data = join(root, "var/lib/postgresql/bench");
  rmSync(data, {recursive: true, force: true});
  mkdirSync(data, {recursive: true});
  await run("chown", ["10001:10001", data]);
  const script = [
    `mount -t proc proc ${root}/proc`,
    `mount -t tmpfs -o mode=1777 tmpfs ${root}/dev/shm`,
    `chroot --userspec=10001:10001 ${root} /usr/local/bin/timescaledb-run -p ${ports.postgres} ${options.join(" ")}`,
    // Not the last command, which the shell would become: a program that changes its user outlives its parent.
    "exit",
  ];
  // Namespaces of its own: its processes and mounts end with it.
  const running = start({
    command: "unshare",
    args: ["--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script.join("\n")],
    env: {
      PATH: "/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      PGDATA: "/var/lib/postgresql/bench/pgdata",
      POSTGRES_USER: environment.PGUSER,
      POSTGRES_PASSWORD: environment.PGPASSWORD,
      POSTGRES_DB: environment.PGDATABASE,
    },
    log: logOf("timescaledb"),
  });
  await waitFor("TimescaleDB", START_MS, async () => {
    running.check();
    const client = new pg.Client(postgres);
    await client.connect();
    await client.end();
    return true;
  });
  return running;
}

export const postgres: pg.ClientConfig = {
  host: environment.PGHOST,
  port: ports.postgres,
  user: environment.PGUSER,
  password: environment.PGPASSWORD,
  database: environment.PGDATABASE,
};

/** One node with the options and the settings of the embedded cluster's image, and a heap of 1 GiB. */
export async function startCassandra(): Promise<Running> {
  const dir = fresh("cassandra");
  const image = join(repository, "cluster/images/cassandra/conf");
  cpSync(image, dir, {recursive: true});
  const lib = join(programs.cassandra, "lib");
  const settings = {
    cluster_name: "bench",
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    num_tokens: 16,
    authenticator: {class_name: "org.apache.cassandra.auth.PasswordAuthenticator"},
    authorizer: {class_name: "org.apache.cassandra.auth.CassandraAuthorizer"},
    role_manager: {class_name: "org.apache.cassandra.auth.CassandraRoleManager"},
    endpoint_snitch: "GossipingPropertyFileSnitch",
    seed_provider: [
      {
        class_name: "org.apache.cassandra.locator.SimpleSeedProvider",
        parameters: [{seeds: `127.0.0.1:${ports.storage}`}],
      },
    ],
    listen_address: "127.0.0.1",
    rpc_address: "127.0.0.1",
    native_transport_port: ports.cassandra,
    storage_port: ports.storage,
    data_file_directories: [join(dir, "data")],
    commitlog_directory: join(dir, "commitlog"),
    saved_caches_directory: join(dir, "saved_caches"),
    hints_directory: join(dir, "hints"),
    cdc_raw_directory: join(dir, "cdc_raw"),
    commitlog_sync: "periodic",
    commitlog_sync_period: "10000ms",
    // The table is emptied between two runs.
    auto_snapshot: false,
  };
  writeFileSync(join(dir, "cassandra.yaml"), stringify(settings));
  writeFileSync(join(dir, "cassandra-rackdc.properties"), "dc=dc1\nrack=default\n");
  const options = jvmOptions();
  const properties = {
    "cassandra.config": `file://${dir}/cassandra.yaml`,
    "cassandra.storagedir": dir,
    "cassandra.logdir": dir,
    "cassandra.jmx.local.port": ports.jmx,
    "cassandra.superuser_setup_delay_ms": 0,
    "logback.configurationFile": "logback.xml",
  };
  const running = start({
    command: "java",
    args: [
      ...options,
      "-Xms1g",
      "-Xmx1g",
      `-javaagent:${lib}/jamm-0.4.0.jar`,
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      "-cp",
      `${dir}:${lib}/*`,
      "org.apache.cassandra.service.CassandraDaemon",
    ],
    log: logOf("cassandra"),
  });
  await waitFor("Cassandra", START_MS, async () => {
    running.check();
    const client = cassandraClient();
    await client.connect().finally(() => client.shutdown());
    return true;
  });
  return running;
}

const jvmOptions = () =>
  readFileSync(join(repository, "cluster/images/cassandra/conf/jvm17.options"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("-"));

/** Has the node write the rows that it holds in memory. */
export const flushCassandra = (): Promise<unknown> =>
  run("java", [
    ...jvmOptions().filter((option) => option.startsWith("--add-")),
    ...["-cp", join(programs.cassandra, "lib", "*"), "org.apache.cassandra.tools.NodeTool"],
    ...["-p", String(ports.jmx), "flush", "telemetry", "telemetry"],
  ]);

/** Of the bench's keyspace. */
export const cassandraFiles = (): string[] =>
  readdirSync(join(runDir, "cassandra", "data", "telemetry"), {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && basename(entry.parentPath).startsWith("telemetry-"))
    .map(({parentPath, name}) => join(parentPath, name));

export const cassandraClient = (keyspace?: string): cassandra.Client =>
  new cassandra.Client({
    contactPoints: [environment.CASSANDRA_CONTACT_POINTS],
    localDataCenter: "dc1",
    protocolOptions: {port: ports.cassandra},
    authProvider: new cassandra.auth.PlainTextAuthProvider(
      environment.CASSANDRA_USERNAME,
      environment.CASSANDRA_PASSWORD,
    ),
    ...(keyspace ? {keyspace} : {}),
  });
