import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync} from "node:fs";
import {join} from "node:path";
import {cacheDir} from "../instance.ts";
import {run, step} from "../shell.ts";
import type {Task} from "../tasks.ts";
import {buildah, buildContext} from "./buildah.ts";
import {type Debian, type Image, type SharedBase, type Source, sharedBases} from "./catalog.ts";
import {digestOf} from "./digest.ts";
import {stage} from "./stage.ts";

/** The name of the task after which a base is there. */
export const baseTaskOf = (base: Source["base"]): string => `base ${base}`;

/** Makes what these images are built on, after the tasks named by `first`. */
export function baseTasks(stale: Image[], first: string[]): Task[] {
  const bases = new Set(stale.map(({base}) => base));
  const shared = [...bases].filter((base): base is SharedBase => base in sharedBases);
  const suites = new Set([...shared.map((name) => sharedBases[name].base), ...[...bases].filter(isDebian)]);
  const task = (base: Source["base"], after: string[], run: () => Promise<void>): Task => ({
    name: baseTaskOf(base),
    after,
    lane: "image",
    cost: 25,
    run,
  });
  return [
    ...[...suites].map((suite) => task(suite, first, () => makeDebian(suite))),
    ...shared.map((name) => task(name, [baseTaskOf(sharedBases[name].base)], () => makeShared(name))),
  ];
}

const isDebian = (base: Source["base"]): base is Debian => !(base in sharedBases);

const exists = async (reference: string) =>
  (await buildah(["images", "--format", "{{.Name}}:{{.Tag}}"])).split("\n").includes(reference);

/** A minimal Debian, made once into the cache: there may be no registry to pull it from. */
async function makeDebian(suite: Debian) {
  const archive = join(cacheDir, `debian-${suite}-slim.tar`);
  const reference = baseOf(suite);
  if (await exists(reference)) return;
  await step(`Debian ${suite} base`, async () => {
    mkdirSync(cacheDir, {recursive: true});
    if (!existsSync(archive)) {
      // Of one state of Debian the same file, byte for byte.
      const env = {...process.env, SOURCE_DATE_EPOCH: "0"};
      const part = `${archive}.${process.pid}.tar`;
      const without = [...UNUSED, LICENCES].map((option) => `--dpkgopt=${option}`);
      await run("mmdebstrap", ["--variant=minbase", "--mode=root", ...without, suite, part, debianMirror()], {env});
      renameSync(part, archive);
    }
    const container = (await buildah(["from", "scratch"])).trim();
    await buildah(["add", "--quiet", container, archive, "/"]);
    await buildah(["commit", "--quiet", "--rm", "--timestamp", "0", container, reference]);
  });
}

/** What no program reads, as in Debian's own slim images: left out of the base and of what is installed on it. */
const UNUSED = ["doc", "info", "locale", "man"].map((folder) => `path-exclude=/usr/share/${folder}/*`);
const LICENCES = "path-include=/usr/share/doc/*/copyright";

/** What several images have in common, unless it is there of the same sources. */
async function makeShared(name: SharedBase) {
  const reference = baseOf(name);
  if (await exists(reference)) return;
  await step(`base of the ${name} images`, async () =>
    buildContext(await stage(sharedBases[name]), baseOf(sharedBases[name].base), reference),
  );
}

/** The reference of a base; a shared one is named after its sources, so that one that is there is the right one. */
export function baseOf(base: Source["base"]): string {
  if (isDebian(base)) return `docker.io/library/debian:${base}-slim`;
  return `docker.io/telemetry-operator/${base}-base:${digestOf(sharedBases[base]).slice(0, 12)}`;
}

/** The mirror that this machine itself uses. */
export function debianMirror(): string {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...readdirSync(folder).map((file) => join(folder, file))];
  for (const file of files.filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))) {
    const match = /^(?:URIs:|deb(?: \[.*?\])?)\s+(https?:\/\/\S*debian\/?)(?=\s|$)/m.exec(readFileSync(file, "utf8"));
    if (match?.[1]) return match[1];
  }
  throw new Error("no Debian mirror found in /etc/apt/sources.list or sources.list.d: name one there");
}
