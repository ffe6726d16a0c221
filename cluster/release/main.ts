import {createHash} from "node:crypto";
import {copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {parse} from "yaml";
import {buildImages, ociLayout} from "../images/build.ts";
import {archiveOf, type Image, imagesNamed, sourcesOf} from "../images/catalog.ts";
import {repository} from "../instance.ts";
import {run, step} from "../shell.ts";

/**
 * `make release`: everything that a release consists of, in `dist/`, the same byte for byte whenever it is made from the same commit; images
 * from the same state of Debian as well.
 */
const dist = join(repository, "dist");
/** Only these are for clusters of users; the others serve the embedded cluster's stand-ins. */
export const SHIPPED = ["operator", "workloads", "timescaledb", "flink", "lake", "seaweedfs"];
/** How tar makes the same archive of the same files. */
const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];

/** Charts, install.yaml, definition, SBOM and changelog. Returns their names. */
export async function releaseFiles(folder: string): Promise<string[]> {
  mkdirSync(folder, {recursive: true});
  const charts = join(repository, "charts");
  const {version} = parse(readFileSync(join(charts, "telemetry-operator", "Chart.yaml"), "utf8"));
  // Upstream's charts that someone fetched into the stack are theirs.
  const own = ["--exclude=telemetry-stack/charts", "--exclude=Chart.lock"];
  for (const name of readdirSync(charts)) {
    const tar = join(folder, `${name}-${version}.tgz`);
    await run("tar", [...fixed, ...own, "--use-compress-program=gzip -n", "-cf", tar, "-C", charts, name]);
  }
  const definition = readdirSync(join(repository, "crds")).find((name) => name.endsWith(".yaml"))!;
  copyFileSync(join(repository, "install.yaml"), join(folder, "install.yaml"));
  copyFileSync(join(repository, "crds", definition), join(folder, definition));
  writeFileSync(join(folder, "sbom.cdx.json"), await sbom());
  writeFileSync(join(folder, "CHANGELOG.md"), changelog(version));
  return readdirSync(folder).sort();
}

/** What the images contain from npm, as CycloneDX. npm puts the hour, a random number and the folder's name in; a release has none of them. */
async function sbom(): Promise<string> {
  const text = await run("npm", ["sbom", "--sbom-format=cyclonedx", "--omit=dev"], {cwd: repository});
  const {serialNumber: _, metadata, ...rest} = JSON.parse(text);
  const {timestamp: _time, component, ...stable} = metadata;
  const {name} = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  return `${JSON.stringify({...rest, metadata: {...stable, component: {...component, name}}}, null, 2)}\n`;
}

/** The section of a version in CHANGELOG.md. */
export function changelog(version: string): string {
  const text = readFileSync(join(repository, "CHANGELOG.md"), "utf8");
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${version}\n`));
  if (!section) throw new Error(`CHANGELOG.md has no section "## ${version}", the chart's version: write it first`);
  return section.replace(/^## /, "# ");
}

/** A release: its tag, the manifests that name its images, and the files that have changed since. */
interface Released {
  tag: string;
  manifests: string;
  changed: string[];
}

/**
 * A node that has an image does not pull another of the same tag: throws for one that the last release named and whose sources are others
 * by now. One without changes keeps its tag, and its pods run through the upgrade.
 */
export function checkTags(shipped: Image[], {tag, manifests, changed}: Released): void {
  for (const image of shipped) {
    if (!manifests.includes(`${image.name}:${image.tag}`)) continue;
    // The version of each release is in package.json; what an image takes from npm is in the lock.
    const sources = sourcesOf(image).filter((source) => source !== "package.json");
    const isSource = (file: string) => sources.some((source) => file === source || file.startsWith(`${source}/`));
    const other = changed.find((file) => !file.endsWith(".test.ts") && isSource(file));
    if (other)
      throw new Error(
        `${image.name}:${image.tag} was released as part of ${tag}, and ${other} has changed since: give the image another tag, in cluster/images/catalog.ts and in cdk8s/`,
      );
  }
}

/** The newest tag v… of the repository; undefined before the first. */
async function lastRelease(): Promise<Released | undefined> {
  const git = (...args: string[]) => run("git", args, {cwd: repository});
  const [tag] = (await git("tag", "--list", "v*", "--sort=-v:refname")).split("\n");
  if (!tag) return undefined;
  const files = ["install.yaml", "charts/telemetry-operator/templates/operator.yaml"];
  const manifests = (await Promise.all(files.map((file) => git("show", `${tag}:${file}`)))).join("\n");
  return {tag, manifests, changed: (await git("diff", "--name-only", tag)).trim().split("\n")};
}

/** Digest of each file as sha256sum prints it. */
export const sums = (folder: string, names: string[]): string =>
  names
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex")}  ${name}\n`,
    )
    .join("");

/** An image as one file that docker, podman and `ctr images import` load. */
async function ociArchive(image: Image, file: string): Promise<void> {
  const folder = `${file}.parts`;
  await ociLayout(image, folder);
  await run("tar", [...fixed, "-cf", file, "-C", folder, "."]);
  rmSync(folder, {recursive: true});
}

if (import.meta.main) {
  const last = await lastRelease();
  if (last) checkTags(imagesNamed(SHIPPED), last);
  rmSync(dist, {recursive: true, force: true});
  await buildImages(SHIPPED);
  const names = await step("release files", () => releaseFiles(dist));
  for (const image of imagesNamed(SHIPPED)) {
    const archive = basename(archiveOf(image)).replace(/\.tar$/, ".oci.tar");
    await step(archive, () => ociArchive(image, join(dist, archive)));
    names.push(archive);
  }
  writeFileSync(join(dist, "SHA256SUMS"), sums(dist, names.sort()));
  console.log(`${dist}:\n  ${[...names, "SHA256SUMS"].join("\n  ")}`);
}
