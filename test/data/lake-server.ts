import {spawn} from "node:child_process";
import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {request} from "undici";
import {waitFor} from "../../cluster/shell.ts";
import {signed} from "../../workloads/lib/sigv4.ts";
import {objectStoreProgram} from "./object-store.ts";
import {restarted} from "./restarted.ts";
import {listens, type Server} from "./server.ts";

export const S3_PORT = 8_333;
export const CATALOGUE_PORT = 8_181;
export const KEYS = {accessKeyId: "key", secretAccessKey: "secret"};
const WAREHOUSE = "warehouse";

/** SeaweedFS as object store and catalogue of a lake; started again whenever it ends. */
export async function startLake(address: string, state: string): Promise<Server> {
  const program = await objectStoreProgram();
  const [pidFile, holdFile, data] = ["pid", "hold", "data"].map((kind) => join(state, `lake.${kind}`)) as [
    string,
    string,
    string,
  ];
  mkdirSync(data, {recursive: true});
  const args = [
    "server",
    `-ip=${address}`,
    `-ip.bind=${address}`,
    `-dir=${data}`,
    // It phones home unless told not to.
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=256",
    "-volume.max=60",
    // 8080 of all addresses may be somebody's.
    "-volume.port=9340",
    "-filer",
    "-s3",
    `-s3.port=${S3_PORT}`,
    `-s3.port.iceberg=${CATALOGUE_PORT}`,
    "-s3.port.lance=0",
  ];
  const launch = () => {
    // The server must not outlive a test run that was killed.
    return spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], {
      stdio: "ignore",
      env: {AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey, GOMEMLIMIT: "256MiB"},
    });
  };
  const server = restarted(launch, {pidFile, holdFile});
  await waitFor("SeaweedFS' catalogue", 300_000, async () => {
    if (!(await listens(address, CATALOGUE_PORT)) || !(await listens(address, S3_PORT))) return false;
    return makeWarehouse(address);
  });
  return {
    name: "lake",
    address,
    pidFile,
    holdFile,
    async stop() {
      await server.stop();
      rmSync(data, {recursive: true, force: true});
    },
  };
}

async function makeWarehouse(address: string): Promise<boolean> {
  const url = new URL(`http://${address}:${S3_PORT}/buckets`);
  const body = JSON.stringify({name: WAREHOUSE});
  const headers = signed({
    method: "PUT",
    url,
    body,
    headers: {"content-type": "application/json"},
    region: "us-east-1",
    service: "s3tables",
    ...KEYS,
  });
  const answer = await request(url, {method: "PUT", headers, body});
  await answer.body.dump();
  return answer.statusCode < 300 || answer.statusCode === 409;
}

/** What a program of the lake has in its environment. */
export const lakeEnvironment = (address: string, s3: number, catalogue: number, namespace: string) => ({
  LAKE_S3_ENDPOINT: `http://${address}:${s3}`,
  LAKE_S3_PATH_STYLE: "true",
  LAKE_BUCKET: "lake",
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  LAKE_CATALOG_URI: `http://${address}:${catalogue}`,
  LAKE_WAREHOUSE: WAREHOUSE,
  LAKE_CATALOG_AUTH: "oauth2",
  LAKE_CATALOG_CLIENT_ID: KEYS.accessKeyId,
  LAKE_CATALOG_CLIENT_SECRET: KEYS.secretAccessKey,
  LAKE_CATALOG_OAUTH2_URI: `http://${address}:${catalogue}/v1/oauth/tokens`,
  LAKE_NAMESPACE: namespace,
  LAKE_COMMIT_INTERVAL_SECONDS: "0.5",
});
