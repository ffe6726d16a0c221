import {readFileSync} from "node:fs";
import {Agent} from "node:https";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import type {S3Access} from "../connection.ts";

/** The objects of a lake, by their URIs (`s3://bucket/key`). */
export interface Objects {
  read(uri: string): Promise<Buffer>;
  /** A part of an object, from byte `from` up to before `to`. */
  readPart(uri: string, from: number, to: number): Promise<Buffer>;
  size(uri: string): Promise<number>;
  write(uri: string, bytes: Uint8Array): Promise<void>;
  remove(uri: string): Promise<void>;
  list(prefix: string): AsyncIterable<{uri: string; bytes: number; modified: Date}>;
  close(): void;
}

/** A store that does not answer ends a try; what tries again is the caller's. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const ATTEMPTS = 2;

export function openObjects({endpoint, region, pathStyle, accessKeyId, secretAccessKey, caFile}: S3Access): Objects {
  const ca = caFile === undefined ? undefined : readFileSync(caFile, "utf8");
  const client = new S3Client({
    region,
    credentials: {accessKeyId, secretAccessKey},
    forcePathStyle: pathStyle,
    maxAttempts: ATTEMPTS,
    // Servers of one's own do not know the checksums that the SDK adds by itself.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      ...(ca === undefined ? {} : {httpsAgent: new Agent({keepAlive: true, ca})}),
    },
    ...(endpoint === undefined ? {} : {endpoint}),
  });
  const get = async (uri: string, range?: string) => {
    const answer = await client.send(new GetObjectCommand({...placeOf(uri), ...(range ? {Range: range} : {})}));
    return Buffer.from(await answer.Body!.transformToByteArray());
  };
  return {
    read: (uri) => get(uri),
    readPart: (uri, from, to) => get(uri, `bytes=${from}-${to - 1}`),
    size: async (uri) => (await client.send(new HeadObjectCommand(placeOf(uri)))).ContentLength ?? 0,
    async write(uri, bytes) {
      await client.send(new PutObjectCommand({...placeOf(uri), Body: bytes}));
    },
    async remove(uri) {
      await client.send(new DeleteObjectCommand(placeOf(uri)));
    },
    async *list(prefix) {
      const {Bucket, Key} = placeOf(prefix);
      for await (const {Contents = []} of paginateListObjectsV2({client}, {Bucket, Prefix: Key}))
        for (const {Key: key = "", Size = 0, LastModified} of Contents)
          yield {uri: `${prefix.slice(0, prefix.length - Key.length)}${key}`, bytes: Size, modified: LastModified!};
    },
    close: () => client.destroy(),
  };
}

function placeOf(uri: string): {Bucket: string; Key: string} {
  const found = /^s3[an]?:\/\/([^/]+)\/(.*)$/.exec(uri);
  if (!found) throw new Error(`${uri} is no place in a bucket: s3://bucket/key is expected`);
  return {Bucket: found[1]!, Key: found[2]!};
}
