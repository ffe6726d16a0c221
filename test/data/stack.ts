import {rmSync} from "node:fs";
import {join} from "node:path";
import cassandra from "cassandra-driver";
import {Kafka, logLevel} from "kafkajs";
import pg from "pg";
import {stringify} from "yaml";
import {versions} from "../../api/versions.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {waitFor} from "../../cluster/shell.ts";
import {startLake} from "./lake-server.ts";
import {prepareSchemas} from "./prepare.ts";
import {rootfsOf} from "./rootfs.ts";
import {type Server, startServer} from "./server.ts";

/** How many runs can go on beside one another, unless more are asked for: each has a way to Kafka of its own, whose link can fail by itself. */
export const LANES = 4;

type ImageName = "kafka" | "timescaledb" | "cassandra";
export type ServerName = ImageName | "lake";
const IMAGES: ImageName[] = ["kafka", "timescaledb", "cassandra"];
const SERVERS: ServerName[] = [...IMAGES, "lake"];

/**
 * The ports of one lane: those where Kafka listens, where the proxy of that listener does, which Kafka advertises, and where the
 * proxy of a store does. None is the system's to give away while a link is down.
 */
interface Lane {
  kafkaPort: number;
  kafkaProxyPort: number;
  storeProxyPort: number;
  /** Of the lake's catalogue. */
  catalogueProxyPort: number;
}

/** Where a server is, and how it is ended. */
type ServerAt = Pick<Server, "address" | "pidFile" | "holdFile">;

/** Where the servers of a test run are; what a test process needs to know of them. */
export interface Stack {
  /** Of the servers that all tests share. */
  address: string;
  state: string;
  password: string;
  lanes: Lane[];
  /** Folders with the files of the images. */
  images: Record<ImageName, string>;
  servers: Record<ServerName, ServerAt>;
}

/** How long tests wait for an answer of a server. */
const PATIENCE_MS = 60_000;
const PASSWORD = "a-password-of-the-tests";

/** A loopback address of this process's own: 0 is the shared servers', 1 the object store's, 2 that of servers for one test. */
export const loopback = (use: 0 | 1 | 2): string =>
  `127.${64 * (use + 1) + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** A client of Kafka's listener without faults, patient enough for a busy machine. */
export const kafkaOf = ({servers}: Stack) =>
  new Kafka({
    clientId: "test",
    brokers: [`${servers.kafka.address}:9092`],
    connectionTimeout: PATIENCE_MS,
    logLevel: logLevel.NOTHING,
    retry: {retries: 50, maxRetryTime: 2_000},
  });

/** The folders of the servers' images, in the order of IMAGES; builds images whose sources have changed. */
export const unpackImages = (): Promise<string[]> => rootfsOf(IMAGES);

/** Real Kafka, PostgreSQL with TimescaleDB and Cassandra, on one loopback address that is this process's own. */
export async function startStack(count = LANES): Promise<{stack: Stack; stop(): Promise<void>}> {
  const state = join(buildDir, "data", String(process.pid));
  const lanes = Array.from({length: count}, (_, lane) => ({
    kafkaPort: 19_100 + lane,
    kafkaProxyPort: 19_200 + lane,
    storeProxyPort: 19_300 + lane,
    catalogueProxyPort: 19_400 + lane,
  }));
  const roots = await unpackImages();
  const images = Object.fromEntries(IMAGES.map((name, at) => [name, roots[at]])) as Stack["images"];
  const address = loopback(0);
  const started = await Promise.all(SERVERS.map((name) => start[name](images, address, state, lanes)));
  const servers = Object.fromEntries(started.map((server) => [server.name, at(server)])) as Stack["servers"];
  return {
    stack: {address, state, password: PASSWORD, lanes, images, servers},
    async stop() {
      await Promise.all(started.map((server) => server.stop()));
      rmSync(state, {recursive: true, force: true});
    },
  };
}

/** The stack with another server in the place of one, for a test that ends or breaks it; one of a kind at a time in a process. With settings of its own: PostgreSQL. */
export async function startOwn(
  stack: Stack,
  name: ServerName,
  settings?: string,
): Promise<{stack: Stack; stop(): Promise<void>}> {
  const state = join(stack.state, `own-${process.pid}`);
  const server = await start[name](stack.images, loopback(2), state, stack.lanes, settings);
  const own = {...stack, servers: {...stack.servers, [name]: at(server)}};
  if (name === "timescaledb" || name === "cassandra") await prepareSchemas(own, {}, [name]);
  return {stack: own, stop: server.stop};
}

/** Another node of a Cassandra of the test's own; one in a process. */
export async function startNeighbour(stack: Stack): Promise<Server> {
  const state = join(stack.state, `neighbour-${process.pid}`);
  return startCassandra(stack.images.cassandra, loopback(1), state, [], stack.servers.cassandra.address);
}

const at = ({address, pidFile, holdFile}: Server): ServerAt => ({address, pidFile, holdFile});

const start: Record<
  ServerName,
  (images: Stack["images"], address: string, state: string, lanes: Lane[], settings?: string) => Promise<Server>
> = {
  kafka: ({kafka}, address, state, lanes) => startKafka(kafka, address, state, lanes),
  timescaledb: ({timescaledb}, ...rest) => startTimescaledb(timescaledb, ...rest),
  cassandra: ({cassandra}, address, state, lanes) => startCassandra(cassandra, address, state, lanes),
  lake: (_, address, state) => startLake(address, state),
};

function startKafka(root: string, address: string, state: string, lanes: Lane[]): Promise<Server> {
  const listeners = [
    {name: "DIRECT", port: 9_092, advertised: 9_092},
    ...lanes.map((ports, lane) => ({name: `LANE${lane}`, port: ports.kafkaPort, advertised: ports.kafkaProxyPort})),
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
    "transaction.state.log.num.partitions": 5,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    // For each listener, of which there are many.
    "num.network.threads": 1,
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

export async function startTimescaledb(
  root: string,
  address: string,
  state: string,
  _lanes: Lane[] = [],
  settings = "-c max_connections=200",
): Promise<Server> {
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
      script: `exec /usr/local/bin/timescaledb-run -c listen_addresses=${address} ${settings} -c track_commit_timestamp=on`,
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
    socketOptions: {connectTimeout: PATIENCE_MS, readTimeout: PATIENCE_MS},
  });

async function startCassandra(
  root: string,
  address: string,
  state: string,
  _lanes: Lane[] = [],
  seeds = address,
): Promise<Server> {
  const alone = seeds === address;
  // A node that joins hears of its seed within this time, by gossip each second, or gives up.
  const ringDelayMs = alone ? 100 : 10_000;
  const yaml = {
    cluster_name: "test",
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    num_tokens: 1,
    authenticator: {class_name: "org.apache.cassandra.auth.PasswordAuthenticator"},
    authorizer: {class_name: "org.apache.cassandra.auth.CassandraAuthorizer"},
    role_manager: {class_name: "org.apache.cassandra.auth.CassandraRoleManager"},
    endpoint_snitch: "GossipingPropertyFileSnitch",
    seed_provider: [{class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{seeds}]}],
    listen_address: address,
    rpc_address: address,
    data_file_directories: ["/var/lib/cassandra/data"],
    commitlog_directory: "/var/lib/cassandra/commitlog",
    saved_caches_directory: "/var/lib/cassandra/saved_caches",
    hints_directory: "/var/lib/cassandra/hints",
    cdc_raw_directory: "/var/lib/cassandra/cdc_raw",
    // Copies of what a test drops.
    auto_snapshot: false,
    commitlog_sync: "periodic",
    commitlog_sync_period: "10000ms",
    // A neighbour answers also when it is alone.
    ...(alone ? {} : {auth_read_consistency_level: "LOCAL_ONE"}),
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
        -Dcassandra.ring_delay_ms=${ringDelayMs} -Dcassandra.skip_wait_for_gossip_to_settle=0 -Dcassandra.jmx.local.port=0 \
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
