import {spawn} from "node:child_process";
import {readdirSync} from "node:fs";
import {join} from "node:path";
import {makeWhole} from "../../cluster/files.ts";
import {cacheDir} from "../../cluster/instance.ts";
import {installPackages} from "../../cluster/preflight.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {listens} from "./server.ts";
import {loopback} from "./stack.ts";

/** The last version for the Java of Debian 12. */
const VERSION = "3.0.9";
const PORT = 8_081;
/** Where it speaks Confluent's API. */
export const CONFLUENT_PATH = "/apis/ccompat/v7";
/** Its environment. */
export const REGISTRY_SETTINGS = {APICURIO_STORAGE_KIND: "sql", QUARKUS_HTTP_PORT: String(PORT)};

/** The arguments of `java` for the program in a folder. */
export function registryArguments(folder: string): string[] {
  const jar = readdirSync(folder).find((name) => name.endsWith("-runner.jar"))!;
  return ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", join(folder, jar)];
}

export interface Registry {
  address: string;
  port: number;
  url: string;
  /** Registers a schema as a new version of its subject; its id. */
  register(
    subject: string,
    schema: object | string,
    type?: "AVRO" | "PROTOBUF" | "JSON",
    refers?: object[],
  ): Promise<number>;
  stop(): Promise<void>;
}

/** Apicurio Registry, a real server that speaks Confluent's API, with its schemas in memory. */
export async function startRegistry(): Promise<Registry> {
  const folder = await registryProgram();
  const address = loopback(1);
  const child = spawn("/usr/bin/java", registryArguments(folder), {
    stdio: "ignore",
    env: {PATH: process.env.PATH, ...REGISTRY_SETTINGS, QUARKUS_HTTP_HOST: address},
  });
  const url = `http://${address}:${PORT}${CONFLUENT_PATH}`;
  await waitFor("the schema registry", 240_000, async () => {
    return (await listens(address, PORT)) && (await fetch(`${url}/subjects`)).ok;
  });
  return {
    address,
    port: PORT,
    url,
    async register(subject, schema, schemaType = "AVRO", references = []) {
      const text = typeof schema === "string" ? schema : JSON.stringify(schema);
      const response = await fetch(`${url}/subjects/${subject}/versions`, {
        method: "POST",
        headers: {"content-type": "application/vnd.schemaregistry.v1+json"},
        body: JSON.stringify({schema: text, schemaType, references}),
      });
      const {id, message} = (await response.json()) as {id?: number; message?: string};
      if (id === undefined) throw new Error(message);
      return id;
    },
    async stop() {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** The folder of its program. */
export const registryProgram = (): Promise<string> =>
  makeWhole(join(cacheDir, `apicurio-registry-${VERSION}`), async (out, work) => {
    await installPackages({maven: "/usr/bin/mvn"});
    const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
    const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${join(work, "archives")}`];
    await run("mvn", ["-q", "-B", "dependency:copy", ...options], {cwd: work});
    const [archive] = readdirSync(join(work, "archives"));
    await run("tar", ["-xzf", join(work, "archives", archive!)], {cwd: out});
  });
