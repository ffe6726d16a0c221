import {request} from "undici";
import {signed} from "../lib/sigv4.ts";
import type {Store} from "./lake-bucket.ts";

const ANSWER_MS = 30_000;

/** What a login that does not own the tables may do with them. */
const READ = [
  ...["GetTableBucket", "ListNamespaces", "GetNamespace", "ListTables", "GetTable"],
  ...["GetTableMetadataLocation", "GetTableData"],
].map((action) => `s3tables:${action}`);
const OTHERS = {Sid: "read", Effect: "Allow", Principal: "*", Action: READ, Resource: ["*"]};

/** SeaweedFS has a catalogue for each bucket of tables. Returns what was made. */
export async function makeTableBucket(store: Store, name: string): Promise<string[]> {
  const made = await ask(store, "PUT", "/buckets", {name});
  const {tableBuckets = []} = await ask(store, "GET", "/buckets");
  const {arn} = tableBuckets.find((bucket: {name: string}) => bucket.name === name) ?? {};
  const resourcePolicy = JSON.stringify({Version: "2012-10-17", Statement: [OTHERS]});
  await ask(store, "PUT", `/buckets/${encodeURIComponent(arn)}/policy`, {resourcePolicy});
  return made ? [`table bucket ${name}`] : [];
}

/** A request of S3 Tables; undefined for what is there already. */
async function ask({url: base, s3}: Store, method: "GET" | "PUT", path: string, content?: object): Promise<any> {
  const {region, accessKeyId, secretAccessKey} = s3;
  const url = new URL(path, base);
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
  throw new Error(`${method} ${path} at ${base}: ${answer.statusCode} ${said.trim()}`);
}
