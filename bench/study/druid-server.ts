import {mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {hostname} from "node:os";
import {join} from "node:path";
import {resolveSpec} from "../../api/pipeline.ts";
import {JVM, LOG4J} from "../../cdk8s/components/warehouse/druid.ts";
import {
  commonProperties,
  directMiB,
  METADATA,
  PORTS,
  ROLES,
  type Role,
  roleProperties,
  SEGMENTS,
  VAR,
  ZOOKEEPER_PORT,
} from "../../cdk8s/components/warehouse/properties.ts";
import {type BuildContext, defaultImages} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {KEYS} from "../../test/data/lake-server.ts";
import {rootfsOf} from "../../test/data/rootfs.ts";
import {type Server, startServer} from "../../test/data/server.ts";
import {makeBucket} from "../../workloads/schema/lake-bucket.ts";
import {runDir} from "../peers/install.ts";

/** Of these processes alone. */
const ADDRESS = "127.93.0.1";
const BUCKET = "druid";
const START_MS = 300_000;
const ENV = {PATH: "/usr/bin:/bin", LANG: "C.UTF-8"};

/** Druid's processes of the profile Small, one of each kind. */
export interface DruidServer {
  url: string;
  /** Process ids by kind. */
  pids(): number[];
  /** What an indexer's heap may be, MiB; for the notes. */
  heaps: string;
  stop(): Promise<void>;
}

/** @param endpoint of the object store, where the segments go to a bucket of their own */
export async function startDruid(endpoint: string): Promise<DruidServer> {
  const [root] = await rootfsOf(["druid"]);
  const state = join(runDir, "druid");
  rmSync(state, {recursive: true, force: true});
  mkdirSync(state, {recursive: true});
  // Its indexer looks up the name of its machine.
  writeFileSync(join(root!, "etc/hosts"), `127.0.0.1 localhost\n${ADDRESS} ${hostname()}\n`);
  await bucketAt(endpoint);
  const context = contextOf(endpoint);
  const {sizing} = context.spec.warehouse;
  const roles = Object.values(ROLES);
  const started: Server[] = [];
  const begin = async (work: Promise<Server>[]) => {
    for (const one of await Promise.allSettled(work)) {
      if (one.status === "rejected") throw one.reason;
      started.push(one.value);
    }
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    await begin([zookeeper(root!, state)]);
    await begin(roles.map((role) => processOf(role, context, root!, state)));
    for (const role of roles)
      await waitFor(`Druid's ${role}`, START_MS, async () => {
        const answer = await fetch(`http://${ADDRESS}:${PORTS[role]}/status/health`);
        return answer.ok;
      });
    return {
      url: `http://${ADDRESS}:${PORTS.router}`,
      pids: () => started.map(({pidFile}) => Number(readFileSync(pidFile, "utf8"))),
      heaps: roles.map((role) => `${role} ${sizing[role].heapMiB}`).join(", "),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The pipeline whose Druid this is. */
function contextOf(endpoint: string): BuildContext {
  const s3 = {endpoint, bucket: BUCKET, secret: "none"};
  const spec = resolveSpec({profile: "Small", warehouse: {enabled: true, s3}});
  return {name: "study", namespace: "default", spec, images: defaultImages, passwords: {}};
}

function bucketAt(endpoint: string) {
  const s3 = {endpoint, region: "us-east-1", pathStyle: true, ...KEYS, caFile: undefined};
  return makeBucket({what: "object store", url: endpoint, field: undefined, secret: "", bucket: BUCKET, s3});
}

/** What is otherwise the way of a cluster: addresses of its own, in place of names. */
const HERE = `
druid.bindOnHost=true
druid.zk.service.host=${ADDRESS}:${ZOOKEEPER_PORT}
druid.metadata.storage.connector.connectURI=jdbc:derby://${ADDRESS}:1527/${METADATA.slice("/opt/druid/".length)}/druid.db;create=true
druid.metadata.storage.connector.host=${ADDRESS}
`;

function processOf(role: Role, context: BuildContext, root: string, state: string): Promise<Server> {
  const heap = `${context.spec.warehouse.sizing[role].heapMiB}m`;
  const files = {
    "common.properties": `${commonProperties(context)}${HERE}`,
    "role.properties": `${roleProperties(context, role)}druid.host=${ADDRESS}\ndruid.plaintextPort=${PORTS[role]}\n`,
  };
  return startServer(
    {
      name: `druid-${role}`,
      root,
      address: ADDRESS,
      port: PORTS[role],
      data: VAR,
      files,
      env: {
        ...ENV,
        DRUID_SET_HOST: "0",
        DRUID_CONFIG_COMMON: "/etc/test/common.properties",
        [`DRUID_CONFIG_${role}`]: "/etc/test/role.properties",
        DRUID_LOG4J: LOG4J,
        JAVA_OPTS: [...JVM, `-Xms${heap}`, `-Xmx${heap}`, `-XX:MaxDirectMemorySize=${directMiB(context)}m`].join(" "),
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      },
      script: `mkdir -p ${METADATA} ${SEGMENTS}; cd /opt/druid; exec /druid.sh ${role}`,
    },
    state,
  );
}

function zookeeper(root: string, state: string): Promise<Server> {
  return startServer(
    {
      name: "druid-zookeeper",
      root,
      address: ADDRESS,
      port: ZOOKEEPER_PORT,
      data: VAR,
      files: {
        "zoo.cfg": `dataDir=${VAR}/zookeeper\nclientPort=${ZOOKEEPER_PORT}\nclientPortAddress=${ADDRESS}\ntickTime=2000\nadmin.enableServer=false\n`,
      },
      env: ENV,
      script:
        "exec java -Xmx64m -XX:+UseSerialGC -cp /opt/druid/conf/druid/cluster/_common:/opt/druid/lib/* org.apache.zookeeper.server.ZooKeeperServerMain /etc/test/zoo.cfg",
    },
    state,
  );
}
