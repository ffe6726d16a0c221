import {lakeConnection} from "../lake/connection.ts";
import {makeBucket} from "./lake-bucket.ts";
import {makeOwnDatabase} from "./own-database.ts";

/** Makes what Druid needs on servers of ours: the bucket WAREHOUSE_BUCKET at the lake's store, and the database by METADATA_*; of others' nothing is there to make. */
export async function setUpWarehouse(): Promise<string[]> {
  const bucket = process.env.WAREHOUSE_BUCKET;
  return [...(bucket ? await atLake(bucket) : []), ...(process.env.METADATA_DATABASE ? await makeOwnDatabase() : [])];
}

function atLake(bucket: string): Promise<string[]> {
  const {s3} = lakeConnection();
  const place = {
    what: "object store" as const,
    url: s3.endpoint ?? "AWS",
    field: undefined,
    secret: "the pipeline's Secret",
  };
  return makeBucket({...place, bucket, s3});
}
