import {spawn} from "node:child_process";
import {mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {waitFor} from "../../cluster/shell.ts";
import {makeTableBucket} from "../../workloads/schema/lake-warehouse.ts";
import {objectStoreProgram, removeSockets, seaweedArgs} from "./object-store.ts";
import {restarted} from "./restarted.ts";
import {listens, type Server} from "./server.ts";

export const S3_PORT = 8_333;
export const CATALOGUE_PORT = 8_181;
export const KEYS = {accessKeyId: "key", secretAccessKey: "secret"};
/** Of a login that may read. */
export const READER_KEYS = {accessKeyId: "reader", secretAccessKey: "another secret"};
const WAREHOUSE = "warehouse";

const identityOf = (keys: typeof KEYS, id: string, actions: string[]) => ({
  name: keys.accessKeyId,
  account: {id},
  credentials: [{accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey}],
  actions,
});
const IDENTITIES = {
  accounts: ["writers", "readers"].map((id) => ({id, displayName: id})),
  identities: [
    identityOf(KEYS, "writers", ["Admin", "Read", "Write", "List", "Tagging"]),
    identityOf(READER_KEYS, "readers", ["Read", "List"]),
  ],
};

/** SeaweedFS as object store and catalogue of a lake; started again whenever it ends. */
export async function startLake(address: string, state: string, ports = LAKE_PORTS): Promise<Server> {
  const program = await objectStoreProgram();
  const [pidFile, holdFile, data, identities] = ["pid", "hold", "data", "json"].map((kind) =>
    join(state, `lake.${kind}`),
  ) as [string, string, string, string];
  mkdirSync(data, {recursive: true});
  writeFileSync(identities, JSON.stringify(IDENTITIES));
  const args = [...seaweedArgs(address, data, ports), `-s3.config=${identities}`];
  // Its parts find one another by sockets in /tmp that are named after ports alone: servers of other runs on this machine would join it.
  const ownTmp = 'mount -t tmpfs tmpfs /tmp && exec "$@"';
  const launch = () => {
    // The server must not outlive a test run that was killed.
    const inside = ["setpriv", "--pdeathsig", "KILL", program, ...args];
    return spawn("unshare", ["--mount", "sh", "-c", ownTmp, "sh", ...inside], {
      stdio: "ignore",
      env: {PATH: process.env.PATH, GOMEMLIMIT: "256MiB"},
    });
  };
  const server = restarted(launch, {pidFile, holdFile});
  await waitFor("SeaweedFS' catalogue", 300_000, async () => {
    if (!(await listens(address, ports.catalogue)) || !(await listens(address, ports.s3))) return false;
    return makeWarehouse(address, ports.s3);
  });
  return {
    name: "lake",
    address,
    pidFile,
    holdFile,
    async stop() {
      await server.stop();
      rmSync(data, {recursive: true, force: true});
      removeSockets(address, ports);
    },
  };
}

async function makeWarehouse(address: string, port: number): Promise<boolean> {
  const url = `http://${address}:${port}`;
  const s3 = {endpoint: url, region: "us-east-1", pathStyle: true, ...KEYS, caFile: undefined};
  const store = {what: "object store" as const, url, field: undefined, secret: "", bucket: WAREHOUSE, s3};
  await makeTableBucket(store, WAREHOUSE);
  return true;
}

/** What a program of the lake has in its environment. */
export const lakeEnvironment = (address: string, s3: number, catalogue: number, namespace: string) => ({
  LAKE_S3_ENDPOINT: `http://${address}:${s3}`,
  LAKE_S3_PATH_STYLE: "true",
  LAKE_BUCKET: "lake",
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  LAKE_READER_ACCESS_KEY_ID: READER_KEYS.accessKeyId,
  LAKE_READER_SECRET_ACCESS_KEY: READER_KEYS.secretAccessKey,
  LAKE_CATALOG_URI: `http://${address}:${catalogue}`,
  LAKE_WAREHOUSE: WAREHOUSE,
  LAKE_CATALOG_AUTH: "oauth2",
  LAKE_CATALOG_CLIENT_ID: KEYS.accessKeyId,
  LAKE_CATALOG_CLIENT_SECRET: KEYS.secretAccessKey,
  LAKE_CATALOG_OAUTH2_URI: `http://${address}:${catalogue}/v1/oauth/tokens`,
  LAKE_NAMESPACE: namespace,
  LAKE_COMMIT_INTERVAL_SECONDS: "0.5",
});

export const LAKE_PORTS = {
  s3: S3_PORT,
  catalogue: CATALOGUE_PORT,
  master: 9_333,
  // 8080 of all addresses may be somebody's.
  volume: 9_340,
  filer: 8_888,
};
