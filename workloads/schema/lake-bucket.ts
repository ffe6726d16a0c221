import {readFileSync} from "node:fs";
import {Agent} from "node:https";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type {S3Access} from "../lake/connection.ts";
import type {Place} from "./lake-problems.ts";
import {SchemaProblem} from "./migrations.ts";

/** How the set-up reaches the object store. */
export interface Store extends Place {
  bucket: string;
  s3: S3Access;
}

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
/** An object that is there for a moment. */
const PROBE = ".telemetry-operator";

async function connected<T>({s3}: Store, work: (client: S3Client) => Promise<T>): Promise<T> {
  const {endpoint, region, pathStyle, accessKeyId, secretAccessKey, caFile} = s3;
  const client = new S3Client({
    region,
    credentials: {accessKeyId, secretAccessKey},
    forcePathStyle: pathStyle,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      ...(caFile ? {httpsAgent: new Agent({ca: readFileSync(caFile)})} : {}),
    },
    ...(endpoint ? {endpoint} : {}),
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** A list, unlike a look at the bucket itself, is refused with words. */
const isThere = (client: S3Client, Bucket: string): Promise<boolean> =>
  client.send(new ListObjectsV2Command({Bucket, MaxKeys: 1})).then(
    () => true,
    (error) => {
      if (error.name === "NoSuchBucket") return false;
      throw error;
    },
  );

/** Returns what was made. */
export const makeBucket = (store: Store): Promise<string[]> =>
  connected(store, async (client) => {
    if (await isThere(client, store.bucket)) return [];
    await client.send(new CreateBucketCommand({Bucket: store.bucket}));
    return [`bucket ${store.bucket}`];
  });

/** @throws SchemaProblem a bucket that is not there; what the store says against a write */
export const writes = (store: Store): Promise<void> =>
  connected(store, async (client) => {
    const {bucket: Bucket, url, field} = store;
    if (!(await isThere(client, Bucket)))
      throw new SchemaProblem(
        `bucket ${Bucket} is not at the object store at ${url}: create it, or correct ${field}.bucket`,
      );
    await client.send(new PutObjectCommand({Bucket, Key: PROBE, Body: "telemetry-operator"}));
    await client.send(new DeleteObjectCommand({Bucket, Key: PROBE}));
  });
