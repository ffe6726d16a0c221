import {readManifest, readManifestList} from "../iceberg/manifest.ts";
import type {Objects} from "../iceberg/objects.ts";
import type {Head} from "../iceberg/table.ts";
import type {TableMetadata} from "../iceberg/types.ts";

/** Files of a commit that is under way are in no snapshot yet. */
export const GRACE_MS = 24 * 3_600_000;

/** Parts of the metadata that say where further files are. */
interface Further {
  "metadata-log"?: {"metadata-file": string}[];
  statistics?: {"statistics-path": string}[];
  "partition-statistics"?: {"statistics-path": string}[];
}

/** URIs of all files that a snapshot of the table leads to, those of others' engines included. */
export async function reachable(
  {metadata, location}: Pick<Head, "metadata" | "location">,
  objects: Pick<Objects, "read">,
): Promise<Set<string>> {
  const {snapshots = []} = metadata;
  const further = metadata as TableMetadata & Further;
  const found = new Set<string>([
    location,
    ...(further["metadata-log"] ?? []).map((entry) => entry["metadata-file"]),
    ...[...(further.statistics ?? []), ...(further["partition-statistics"] ?? [])].map((one) => one["statistics-path"]),
  ]);
  for (const {"manifest-list": list} of snapshots) {
    found.add(list);
    for (const manifest of readManifestList(await objects.read(list))) {
      // Snapshots have most of them in common.
      if (found.has(manifest.path)) continue;
      found.add(manifest.path);
      for (const {path} of readManifest(await objects.read(manifest.path), manifest)) found.add(path);
    }
  }
  return new Set([...found].map(plain));
}

/** One scheme for a bucket, whatever an engine calls it. */
const plain = (uri: string): string => uri.replace(/^s3[an]:/, "s3:");

/**
 * Removes files below the table's folder that nothing leads to: those of expired snapshots, and what a commit left behind that came to nothing. Only old
 * ones: a commit that is under way has written files already.
 *
 * @returns how many, and their bytes
 */
export async function sweep(
  head: Pick<Head, "metadata" | "location">,
  objects: Pick<Objects, "read" | "list" | "remove">,
  isOld: (modified: Date, uri: string) => boolean,
): Promise<{files: number; bytes: number}> {
  const kept = await reachable(head, objects);
  const removed = {files: 0, bytes: 0};
  for await (const {uri, bytes, modified} of objects.list(`${plain(head.metadata.location).replace(/\/$/, "")}/`)) {
    if (kept.has(plain(uri)) || !isOld(modified, plain(uri))) continue;
    await objects.remove(uri);
    removed.files++;
    removed.bytes += bytes;
  }
  return removed;
}
