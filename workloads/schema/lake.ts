import {readFileSync} from "node:fs";
import {Agent} from "node:https";
import {CreateBucketCommand, ListObjectsV2Command, S3Client} from "@aws-sdk/client-s3";
import {Agent as Dispatcher, request} from "undici";
import {text} from "../lib/environment.ts";
import {signed} from "../lib/sigv4.ts";
import {type Place, problemOf, skewOf} from "./lake-problems.ts";
import {SchemaProblem} from "./migrations.ts";

/** How the set-up reaches the object store. */
interface Store extends Place {
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  ca: string | undefined;
}

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;

/**
 * Makes the buckets of a store of ours, for whose tables LAKE_TABLE_BUCKET is there, or looks whether an existing one has what is needed.
 *
 * @throws SchemaProblem what a person has to put right
 */
export async function setUpLake(): Promise<string[]> {
  const tables = process.env.LAKE_TABLE_BUCKET;
  const store = storeOf(tables === undefined);
  try {
    await compareClocks(store);
    const made = await bucket(store, tables !== undefined);
    return [...made, ...(tables ? await tableBucket(store, tables) : [])];
  } catch (error) {
    const problem = problemOf(error, store);
    throw problem ? new SchemaProblem(problem) : error;
  }
}

const storeOf = (isExternal: boolean): Store => ({
  what: "object store",
  url: text("LAKE_S3_ENDPOINT"),
  field: isExternal ? "spec.lake.external.s3" : undefined,
  secret: isExternal ? "the Secret of spec.lake.external.s3.secret" : "the Secret of the pipeline's lake",
  region: text("LAKE_S3_REGION", "us-east-1"),
  bucket: text("LAKE_BUCKET"),
  accessKeyId: text("AWS_ACCESS_KEY_ID"),
  secretAccessKey: text("AWS_SECRET_ACCESS_KEY"),
  ca: process.env.LAKE_CA ? readFileSync(process.env.LAKE_CA, "utf8") : undefined,
});

/** Without a login: the store says its time to anyone. */
async function compareClocks(store: Store): Promise<void> {
  const dispatcher = new Dispatcher({connect: {timeout: CONNECT_MS, ...(store.ca ? {ca: store.ca} : {})}});
  try {
    const {headers, body} = await request(store.url, {method: "GET", dispatcher, headersTimeout: ANSWER_MS});
    await body.dump();
    const skew = skewOf(String(headers.date ?? ""), Date.now(), store);
    if (skew) throw new SchemaProblem(skew);
  } finally {
    await dispatcher.close();
  }
}

async function bucket(store: Store, make: boolean): Promise<string[]> {
  const {url, region, accessKeyId, secretAccessKey, ca, bucket: Bucket, field} = store;
  const client = new S3Client({
    endpoint: url,
    region,
    credentials: {accessKeyId, secretAccessKey},
    forcePathStyle: text("LAKE_S3_PATH_STYLE", "true") === "true",
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      ...(ca ? {httpsAgent: new Agent({ca})} : {}),
    },
  });
  try {
    // A list, unlike a look at the bucket itself, is refused with words.
    const missing = await client.send(new ListObjectsV2Command({Bucket, MaxKeys: 1})).then(
      () => false,
      (error) => {
        if (error.name === "NoSuchBucket") return true;
        throw error;
      },
    );
    if (!missing) return [];
    if (!make)
      throw new SchemaProblem(
        `bucket ${Bucket} is not at the object store at ${url}: create it, or correct ${field}.bucket`,
      );
    await client.send(new CreateBucketCommand({Bucket}));
    return [`bucket ${Bucket}`];
  } finally {
    client.destroy();
  }
}

/** What a login that does not own the tables may do with them. */
const READ = [
  ...["GetTableBucket", "ListNamespaces", "GetNamespace", "ListTables", "GetTable"],
  ...["GetTableMetadataLocation", "GetTableData"],
].map((action) => `s3tables:${action}`);
const OTHERS = {Sid: "read", Effect: "Allow", Principal: "*", Action: READ, Resource: ["*"]};

/** SeaweedFS keeps a catalogue for each bucket of tables. */
async function tableBucket(store: Store, name: string): Promise<string[]> {
  const made = await tables(store, "PUT", "/buckets", {name});
  const {tableBuckets = []} = await tables(store, "GET", "/buckets");
  const {arn} = tableBuckets.find((bucket: {name: string}) => bucket.name === name) ?? {};
  const resourcePolicy = JSON.stringify({Version: "2012-10-17", Statement: [OTHERS]});
  await tables(store, "PUT", `/buckets/${encodeURIComponent(arn)}/policy`, {resourcePolicy});
  return made ? [`table bucket ${name}`] : [];
}

/** A request of S3 Tables; undefined for what is there already. */
async function tables(store: Store, method: "GET" | "PUT", path: string, content?: object): Promise<any> {
  const {region, accessKeyId, secretAccessKey} = store;
  const url = new URL(path, store.url);
  const body = content ? JSON.stringify(content) : "";
  const headers = {"content-type": "application/json"};
  const login = {region, service: "s3tables", accessKeyId, secretAccessKey};
  const answer = await request(url, {
    method,
    headers: signed({method, url, headers, body, ...login}),
    ...(body ? {body} : {}),
    headersTimeout: ANSWER_MS,
  });
  const said = await answer.body.text();
  if (answer.statusCode === 409) return undefined;
  if (answer.statusCode < 300) return said ? JSON.parse(said) : {};
  throw new Error(`${method} ${path} at ${store.url}: ${answer.statusCode} ${said.trim()}`);
}
