import {createHash} from "node:crypto";
import {readdirSync, readFileSync, statSync} from "node:fs";
import {join} from "node:path";
import {repository} from "../instance.ts";
import {images, type Source, sourcesOf} from "./catalog.ts";

/** One hash over all images: a rebuilt image keeps its tag, so pods need another sign to be made anew. */
export const digests = (): string =>
  createHash("sha256").update(images.map(digestOf).join(" ")).digest("hex").slice(0, 12);

/** Hash of everything that goes into an image. */
export function digestOf(source: Source): string {
  const hash = createHash("sha256");
  const files = sourcesOf(source)
    .flatMap(filesBelow)
    .filter((path) => !path.endsWith(".test.ts"));
  for (const file of [...new Set(files)].sort()) hash.update(file).update(readFileSync(join(repository, file)));
  return hash.update(JSON.stringify(source)).update(process.version).digest("hex");
}

/** The files of a folder, and of those below it; a file is its own. */
function filesBelow(path: string): string[] {
  if (!statSync(join(repository, path)).isDirectory()) return [path];
  return readdirSync(join(repository, path)).flatMap((entry) => filesBelow(`${path}/${entry}`));
}
