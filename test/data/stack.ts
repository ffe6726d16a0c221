import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import cassandra from "cassandra-driver";
import pg from "pg";
import {stringify} from "yaml";
import {buildDir} from "../../cluster/images/catalog.ts";
import {waitFor} from "../../cluster/shell.ts";
import {versions} from "../../operator/api/versions.ts";
import {rootfsOf} from "./rootfs.ts";
import {type Server, startServer} from "./server.ts";

/** How many runs can go on beside one another, unless more are asked for: each has a way to Kafka of its own, whose link can fail by itself. */
export const LANES = 4;

/** Where the servers of a test run are; what a test process needs to know of them. */
export interface Stack {
  address: string;
  state: string;
  password: string;
  /** Kafka's listener without faults. */
  kafka: string;
  /** By lane: where the proxy of Kafka's advertised listener has to listen, and where it leads. */
  lanes: {proxyPort: number; port: number}[];
  /** Folders with the files of the images. */
  images: {timescaledb: string};
  servers: Record<"kafka" | "timescaledb" | "cassandra", {pidFile: string; holdFile: string}>;
}

const PASSWORD = "a-password-of-the-tests";

/** Real Kafka, PostgreSQL with TimescaleDB and Cassandra, on one loopback address that is this process's own. */
export async function startStack(count = LANES): Promise<{stack: Stack; stop(): Promise<void>}> {
  const address = `127.${64 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  const state = join(buildDir, "data", String(process.pid));
  mkdirSync(state, {recursive: true});
  const lanes = Array.from({length: count}, (_, lane) => ({proxyPort: 19_200 + lane, port: 19_100 + lane}));
  const [kafkaRoot, timescaledbRoot, cassandraRoot] = (await rootfsOf(["kafka", "timescaledb", "cassandra"])) as [
    string,
    string,
    string,
  ];
  const servers = await Promise.all([
    startKafka(kafkaRoot, address, state, lanes),
    startTimescaledb(timescaledbRoot, address, state),
    startCassandra(cassandraRoot, address, state),
  ]);
  const byName = Object.fromEntries(servers.map(({name, pidFile, holdFile}) => [name, {pidFile, holdFile}]));
  return {
    stack: {
      address,
      state,
      password: PASSWORD,
      kafka: `${address}:9092`,
      lanes,
      images: {timescaledb: timescaledbRoot},
      servers: byName as Stack["servers"],
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(state, {recursive: true, force: true});
    },
  };
}

function startKafka(root: string, address: string, state: string, lanes: Stack["lanes"]): Promise<Server> {
  const listeners = [
    {name: "DIRECT", port: 9_092, advertised: 9_092},
    ...lanes.map(({port, proxyPort}, lane) => ({name: `LANE${lane}`, port, advertised: proxyPort})),
  ];
  const config = {
    "process.roles": "broker,controller",
    "node.id": 0,
    "controller.quorum.voters": `0@${address}:9090`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "DIRECT",
    listeners: [
      ...listeners.map(({name, port}) => `${name}://${address}:${port}`),
      `CONTROLLER://${address}:9090`,
    ].join(","),
    "advertised.listeners": listeners.map(({name, advertised}) => `${name}://${address}:${advertised}`).join(","),
    "listener.security.protocol.map": ["CONTROLLER", ...listeners.map(({name}) => name)]
      .map((name) => `${name}:PLAINTEXT`)
      .join(","),
    "log.dirs": "/var/lib/kafka/data",
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 5,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
  };
  const java = `java -Djava.awt.headless=true -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -cp "/opt/kafka/${versions.kafka.at(-1)}/*:/opt/kafka/libs/*"`;
  return startServer(
    {
      name: "kafka",
      root,
      address,
      port: 9_092,
      data: "/var/lib/kafka",
      files: {
        "server.properties": Object.entries(config)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(""),
      },
      env: {PATH: "/usr/bin:/bin", LANG: "C.UTF-8"},
      script: `[ -f /var/lib/kafka/data/meta.properties ] || ${java} -Xmx128m kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c /etc/test/server.properties
        exec ${java} -Xms384m -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 kafka.Kafka /etc/test/server.properties`,
    },
    state,
  );
}

async function startTimescaledb(root: string, address: string, state: string): Promise<Server> {
  const server = await startServer(
    {
      name: "timescaledb",
      root,
      address,
      port: 5_432,
      data: "/var/lib/postgresql/data",
      smallDisk: 96,
      env: {
        PATH: "/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin",
        LANG: "C.UTF-8",
        PGDATA: "/var/lib/postgresql/data/pgdata",
        POSTGRES_USER: "telemetry",
        POSTGRES_PASSWORD: PASSWORD,
        POSTGRES_DB: "telemetry",
      },
      script: `exec /usr/local/bin/timescaledb-run -c listen_addresses=${address} -c max_connections=200 -c track_commit_timestamp=on`,
    },
    state,
  );
  await waitFor("PostgreSQL's answer", 240_000, async () => {
    const client = new pg.Client(postgresOf(address));
    await client.connect();
    await client.end();
    return true;
  });
  return server;
}

/** The rows of a statement, by a connection of its own. */
export async function sqlAs(login: pg.ClientConfig, statement: string, values?: unknown[]): Promise<any[]> {
  const client = new pg.Client(login);
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}

export const postgresOf = (host: string, database = "telemetry") => ({
  host,
  port: 5_432,
  user: "telemetry",
  password: PASSWORD,
  database,
});

export const cassandraOf = (address: string) =>
  new cassandra.Client({
    contactPoints: [address],
    localDataCenter: "dc1",
    authProvider: new cassandra.auth.PlainTextAuthProvider("cassandra", "cassandra"),
    socketOptions: {connectTimeout: 5_000, readTimeout: 12_000},
  });

async function startCassandra(root: string, address: string, state: string): Promise<Server> {
  const yaml = {
    cluster_name: "test",
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    num_tokens: 1,
    authenticator: {class_name: "org.apache.cassandra.auth.PasswordAuthenticator"},
    authorizer: {class_name: "org.apache.cassandra.auth.CassandraAuthorizer"},
    role_manager: {class_name: "org.apache.cassandra.auth.CassandraRoleManager"},
    endpoint_snitch: "GossipingPropertyFileSnitch",
    seed_provider: [{class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{seeds: address}]}],
    listen_address: address,
    rpc_address: address,
    data_file_directories: ["/var/lib/cassandra/data"],
    commitlog_directory: "/var/lib/cassandra/commitlog",
    saved_caches_directory: "/var/lib/cassandra/saved_caches",
    hints_directory: "/var/lib/cassandra/hints",
    cdc_raw_directory: "/var/lib/cassandra/cdc_raw",
    commitlog_sync: "periodic",
    commitlog_sync_period: "10000ms",
  };
  const server = await startServer(
    {
      name: "cassandra",
      root,
      address,
      port: 9_042,
      data: "/var/lib/cassandra",
      files: {"cassandra.yaml": stringify(yaml), "cassandra-rackdc.properties": "dc=dc1\nrack=default\n"},
      env: {PATH: "/usr/bin:/bin", LANG: "C.UTF-8"},
      script: `exec java $(grep -v "^#\\|G1GC\\|GCPause\\|PreTouch" /opt/cassandra/conf/jvm17.options) -Xms512M -Xmx512M -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -javaagent:/opt/cassandra/lib/jamm-0.4.0.jar \
        -Dcassandra.config=file:///etc/test/cassandra.yaml -Dcassandra.storagedir=/var/lib/cassandra -Dcassandra.logdir=/tmp \
        -Dlogback.configurationFile=logback.xml -Djava.io.tmpdir=/tmp -Dcassandra.superuser_setup_delay_ms=0 \
        -Dcassandra.ring_delay_ms=100 -Dcassandra.skip_wait_for_gossip_to_settle=0 -Dcassandra.jmx.local.port=0 \
        -cp "/etc/test:/opt/cassandra/conf:/opt/cassandra/${versions.cassandra.at(-1)}/*:/opt/cassandra/lib/*" org.apache.cassandra.service.CassandraDaemon`,
    },
    state,
  );
  await waitFor("Cassandra's answer", 240_000, async () => {
    const client = cassandraOf(address);
    try {
      await client.connect();
      return true;
    } finally {
      await client.shutdown();
    }
  });
  return server;
}
