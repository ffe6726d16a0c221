import {Agent, request} from "undici";
import type {Identity} from "../../api/event/identity.ts";
import {lakeConnection} from "../lake/connection.ts";
import {openCatalogue} from "../lake/iceberg/catalogue.ts";
import {openObjects} from "../lake/iceberg/objects.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {makeBucket, type Store, writes} from "./lake-bucket.ts";
import {awayOf, type Place, problemOf, skewOf} from "./lake-problems.ts";
import {prepareTables} from "./lake-tables.ts";
import {makeTableBucket} from "./lake-warehouse.ts";
import {SchemaProblem} from "./migrations.ts";

type LakeConnection = ReturnType<typeof lakeConnection>;

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
/** A server of others that is away for longer than that is told of; ours has its own readiness. */
const PATIENCE_SECONDS = 60;

/**
 * Makes the buckets of a store of ours, which has LAKE_TABLE_BUCKET, or looks whether an existing one has what is needed; then the
 * namespace and the tables, with the columns of the spec's fields.
 *
 * @throws SchemaProblem what a person has to put right
 */
export async function setUpLake(): Promise<string[]> {
  const connection = lakeConnection();
  const tables = process.env.LAKE_TABLE_BUCKET;
  const field = tables ? undefined : "spec.lake.external";
  const store = storeOf(connection, field);
  const made = await at(store, async () => {
    await compareClocks(store, connection);
    if (tables) return [...(await makeBucket(store)), ...(await makeTableBucket(store, tables))];
    await writes(store);
    return [];
  });
  const catalogue = catalogueOf(connection, field);
  return [...made, ...(await at(catalogue, () => makeTables(connection)))];
}

const storeOf = ({s3, bucket}: LakeConnection, field: string | undefined): Store => ({
  what: "object store",
  url: s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`,
  field: field && `${field}.s3`,
  secret: field ? `the Secret in ${field}.s3.secret` : "the pipeline's Secret",
  bucket,
  s3,
});

const catalogueOf = ({catalogue: {uri, auth}}: LakeConnection, field: string | undefined): Place => ({
  what: "catalogue",
  url: uri,
  field: field && `${field}.catalog`,
  secret: field
    ? `the Secret in ${field}.${auth.kind === "sigv4" ? "s3.secret" : "catalog.secret"}`
    : "the pipeline's Secret",
});

/** Work at a server, whose refusals say what to do. */
async function at<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SchemaProblem) throw error;
    const away = place.field && process.uptime() > PATIENCE_SECONDS ? awayOf(error, place) : undefined;
    const problem = problemOf(error, place) ?? away;
    throw problem ? new SchemaProblem(problem) : error;
  }
}

/** Without a login: a store says its time to anyone. */
async function compareClocks(store: Store, {catalogue: {ca}}: LakeConnection): Promise<void> {
  const dispatcher = new Agent({connect: {timeout: CONNECT_MS, ...(ca ? {ca} : {})}});
  try {
    const {headers, body} = await request(store.url, {dispatcher, headersTimeout: ANSWER_MS});
    await body.dump();
    const skew = skewOf(String(headers.date ?? ""), Date.now(), store);
    if (skew) throw new SchemaProblem(skew);
  } finally {
    await dispatcher.close();
  }
}

async function makeTables({catalogue: access, s3, namespace}: LakeConnection): Promise<string[]> {
  const [catalogue, objects] = [openCatalogue(access), openObjects(s3)];
  const identity = (process.env.EVENT_IDENTITY ?? "VehicleAndTime") as Identity;
  try {
    return await prepareTables(catalogue, objects, {namespace, columns: eventColumns(), identity});
  } finally {
    objects.close();
    await catalogue.close();
  }
}
