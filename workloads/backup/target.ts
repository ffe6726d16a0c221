import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import {dirname, join, relative} from "node:path";
import type {Readable} from "node:stream";
import {pipeline} from "node:stream/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import {Upload} from "@aws-sdk/lib-storage";
import {text} from "../lib/environment.ts";

export interface Backup {
  name: string;
  bytes: number;
}

/** The place of the backups of one pipeline. */
export interface Target {
  /** Oldest first. */
  list(): Promise<Backup[]>;
  /** Takes a file over; whole or not at all. */
  put(file: string, name: string): Promise<void>;
  /** Makes the backup readable as `file`. */
  get(name: string, file: string): Promise<void>;
  remove(name: string): Promise<void>;
}

const oldestFirst = (backups: Backup[]) => backups.sort((a, b) => (a.name < b.name ? -1 : 1));
const SUFFIX = ".dump";

/** A folder of a volume. A file that is not whole has another name. */
export function folderTarget(folder: string): Target {
  mkdirSync(folder, {recursive: true});
  return {
    async list() {
      const names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX) && !name.startsWith("."));
      return oldestFirst(names.map((name) => ({name, bytes: statSync(join(folder, name)).size})));
    },
    async put(file, name) {
      renameSync(file, join(folder, name));
    },
    async get(name, file) {
      if (!existsSync(join(folder, name))) throw new Error(`there is no backup ${name}`);
      rmSync(file, {force: true});
      // Relative: whoever reads it may see the volume at another place.
      symlinkSync(relative(dirname(file), join(folder, name)), file);
    },
    async remove(name) {
      rmSync(join(folder, name), {force: true});
    },
  };
}

/** A bucket of anything that speaks S3, by S3_ENDPOINT (default: AWS), S3_BUCKET, AWS_REGION and AWS_* credentials. */
export function s3Target(prefix: string): Target {
  const endpoint = process.env.S3_ENDPOINT;
  const client = new S3Client({
    region: text("AWS_REGION", "us-east-1"),
    // Servers of one's own have no name for each bucket.
    ...(endpoint ? {endpoint, forcePathStyle: true} : {}),
  });
  const bucket = text("S3_BUCKET");
  const at = (name: string) => ({Bucket: bucket, Key: `${prefix}/${name}`});
  return {
    async list() {
      const found: Backup[] = [];
      for await (const {Contents = []} of paginateListObjectsV2({client}, {Bucket: bucket, Prefix: `${prefix}/`})) {
        for (const {Key = "", Size = 0} of Contents)
          if (Key.endsWith(SUFFIX)) found.push({name: Key.slice(prefix.length + 1), bytes: Size});
      }
      return oldestFirst(found);
    },
    async put(file, name) {
      await new Upload({client, params: {...at(name), Body: createReadStream(file)}}).done();
      const {ContentLength} = await client.send(new HeadObjectCommand(at(name)));
      const {size} = statSync(file);
      if (ContentLength !== size) throw new Error(`${name} has ${ContentLength} bytes in the bucket and ${size} here`);
      rmSync(file);
    },
    async get(name, file) {
      const {Body} = await client.send(new GetObjectCommand(at(name))).catch((error) => {
        throw error.name === "NoSuchKey" ? new Error(`there is no backup ${name}`) : error;
      });
      // Not through the link that a restore from a volume may have left.
      rmSync(file, {force: true});
      await pipeline(Body as Readable, createWriteStream(file));
    },
    async remove(name) {
      await client.send(new DeleteObjectCommand(at(name)));
    },
  };
}
