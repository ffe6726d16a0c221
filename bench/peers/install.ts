import {createHash} from "node:crypto";
import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {goProgram} from "../../cluster/go.ts";
import {debianMirror} from "../../cluster/images/bases.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {repository} from "../../cluster/instance.ts";
import {installPackages} from "../../cluster/preflight.ts";
import {run, step} from "../../cluster/shell.ts";

const home = join(buildDir, "peers");
const here = import.meta.dirname;
const images = join(repository, "cluster", "images");

/** Where each program is, once installed. */
export const programs = {
  kafka: join(home, "kafka"),
  cassandra: join(home, "cassandra"),
  /** A Debian trixie with PostgreSQL 17 and TimescaleDB: the packages of the project's image. */
  timescaledb: join(home, "timescaledb"),
  telegraf: join(home, "telegraf"),
  connect: join(home, "connect"),
  flink: join(home, "flink"),
  /** What Flink needs besides for its sink of Iceberg. */
  iceberg: join(home, "iceberg"),
  java: join(home, "java"),
};
export const runDir = join(home, "run");

export type ProgramName = keyof typeof programs;

/** Servers and peers by the registries' ordinary clients, at the versions of the committed files; each is installed once. */
export async function install(names: ProgramName[]): Promise<void> {
  mkdirSync(home, {recursive: true});
  await installPackages({
    maven: "/usr/bin/mvn",
    "openjdk-17-jdk-headless": "/usr/lib/jvm/java-17-openjdk-amd64/bin/javac",
    mmdebstrap: "/usr/bin/mmdebstrap",
    "python3-pip": "/usr/bin/pip3",
    unzip: "/usr/bin/unzip",
  });
  for (const name of names) await once(name);
}

const JAVA = ["CassandraLoop.java", "CassandraLimit.java"];
const files = (peer: string, ...names: string[]) => names.map((name) => join(here, peer, name));

/** What each is made of, and how. */
const recipes: Record<ProgramName, {sources: string[]; work(dir: string): Promise<unknown>}> = {
  kafka: {
    sources: [join(images, "kafka", "pom.xml")],
    work: (dir) => jars(join(images, "kafka"), join(dir, "lib")),
  },
  cassandra: {
    sources: [join(images, "cassandra", "pom.xml")],
    work: (dir) => jars(join(images, "cassandra"), join(dir, "lib")),
  },
  timescaledb: {sources: [], work: timescaledb},
  telegraf: {sources: files("telegraf", "go.mod", "go.sum"), work: telegraf},
  connect: {
    sources: files("connect", "pom.xml"),
    work: (dir) => jars(join(here, "connect"), join(dir, "lib")),
  },
  flink: {sources: files("flink", "pom.xml", "requirements.txt"), work: flink},
  iceberg: {sources: files("iceberg", "pom.xml", "jars.sha256"), work: iceberg},
  java: {sources: files("java", "pom.xml", ...JAVA), work: java},
};

/** Does the work in an empty folder unless it was done with the same sources. */
async function once(name: ProgramName) {
  const {sources, work} = recipes[name];
  const dir = programs[name];
  const hash = createHash("sha256").update(name);
  for (const file of sources) hash.update(readFileSync(file));
  const digest = hash.digest("hex");
  const stamp = join(dir, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  await step(`bench: ${name}`, async () => {
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(dir, {recursive: true});
    await work(dir);
    writeFileSync(stamp, digest);
  });
}

const jars = (project: string, into: string) =>
  run("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${into}`], {cwd: project});

async function timescaledb(dir: string) {
  const packages = "postgresql-17,postgresql-17-timescaledb";
  await run("mmdebstrap", [
    "--variant=minbase",
    "--mode=root",
    `--include=${packages}`,
    '--customize-hook=chroot "$1" useradd --uid 10001 --no-create-home timescaledb',
    "trixie",
    join(dir, "root"),
    debianMirror(),
  ]);
  cpSync(join(repository, "workloads", "timescaledb", "run.sh"), join(dir, "root", "usr/local/bin/timescaledb-run"));
}

/** Only the plugins of telegraf.conf, by the build tags that Telegraf's own custom builder uses. */
async function telegraf(dir: string) {
  const tags = "custom,inputs.kafka_consumer,parsers.json,outputs.postgresql";
  const flags = ["build", "-trimpath", "-tags", tags, "-ldflags", "-s -w", "-o", join(dir, "telegraf")];
  const env = {...process.env, CGO_ENABLED: "0"};
  await run(await goProgram(), [...flags, "github.com/influxdata/telegraf/cmd/telegraf"], {
    cwd: join(here, "telegraf"),
    env,
  });
}

/** Flink's distribution is on no Java registry: the Python wheel has it. */
async function flink(dir: string) {
  const wheel = join(dir, "wheel");
  const requirements = join(here, "flink", "requirements.txt");
  await run("pip3", ["download", "--no-deps", "-q", "-d", wheel, "-r", requirements]);
  await run("sh", ["-c", `unzip -q -d ${dir} ${wheel}/*.whl 'pyflink/lib/*' 'pyflink/opt/*' && rm -r ${wheel}`]);
  await jars(join(here, "flink"), join(dir, "connectors"));
  await run("sh", [
    "-c",
    `mv ${dir}/pyflink/* ${dir}/ && mv ${dir}/connectors/flink-sql-gateway-*.jar ${dir}/opt/ && mv ${dir}/connectors/*.jar ${dir}/lib/`,
  ]);
}

async function iceberg(dir: string) {
  const lib = join(dir, "lib");
  await jars(join(here, "iceberg"), lib);
  await run("sha256sum", ["--check", "--quiet", ...files("iceberg", "jars.sha256")], {cwd: lib});
}

async function java(dir: string) {
  await jars(join(here, "java"), join(dir, "lib"));
  await run("javac", ["-cp", join(dir, "lib", "*"), "-d", dir, ...files("java", ...JAVA)]);
}
