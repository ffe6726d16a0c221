import {readFileSync} from "node:fs";
import {number, text} from "../lib/environment.ts";

/** A bucket of anything that speaks S3. */
export interface S3Access {
  /** URL; undefined: AWS. */
  endpoint: string | undefined;
  region: string;
  /** Whether the bucket is in the path, as at servers of one's own, or in the host's name. */
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  /** PEM file with the authorities of the endpoint's certificate; undefined: those that Node brings. */
  caFile: string | undefined;
}

interface Client {
  clientId: string;
  clientSecret: string;
}

type CatalogueAuth =
  | {kind: "none"}
  | ({kind: "oauth2"; tokenUrl: string | undefined; scope: string} & Client)
  | {kind: "sigv4"; region: string; accessKeyId: string; secretAccessKey: string};

/** An Iceberg REST catalogue. */
export interface CatalogueAccess {
  /** Without the version: `/v1` follows. */
  uri: string;
  warehouse: string;
  auth: CatalogueAuth;
  /** PEM text; undefined: the authorities that Node brings. */
  ca: string | undefined;
}

interface LakeConnection {
  s3: S3Access;
  bucket: string;
  catalogue: CatalogueAccess;
  namespace: string;
}

const AUTHS = ["oauth2", "sigv4", "none"] as const;

/** Of S3. */
type Keys = Pick<S3Access, "accessKeyId" | "secretAccessKey">;

/** The lake by the variables LAKE_* and the S3 keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
export const lakeConnection = (): LakeConnection =>
  connectionBy({accessKeyId: text("AWS_ACCESS_KEY_ID"), secretAccessKey: text("AWS_SECRET_ACCESS_KEY")});

/** The lake for what people ask of it: by keys that the store and its catalogue let read alone. An existing store has one login for all. */
export function readerConnection(): LakeConnection {
  const accessKeyId = process.env.LAKE_READER_ACCESS_KEY_ID;
  if (!accessKeyId) return lakeConnection();
  const secretAccessKey = text("LAKE_READER_SECRET_ACCESS_KEY");
  return connectionBy({accessKeyId, secretAccessKey}, {clientId: accessKeyId, clientSecret: secretAccessKey});
}

/** @param client of the catalogue, with OAuth2; by default as the variables say */
function connectionBy(keys: Keys, client?: Client): LakeConnection {
  const caFile = process.env.LAKE_CA || undefined;
  const region = text("LAKE_S3_REGION", "us-east-1");
  const endpoint = process.env.LAKE_S3_ENDPOINT || undefined;
  return {
    s3: {
      endpoint,
      region,
      pathStyle: text("LAKE_S3_PATH_STYLE", String(Boolean(endpoint))) === "true",
      ...keys,
      caFile,
    },
    bucket: text("LAKE_BUCKET"),
    catalogue: {
      uri: text("LAKE_CATALOG_URI").replace(/\/+$/, ""),
      warehouse: text("LAKE_WAREHOUSE", ""),
      auth: authOf(region, keys, client),
      ca: caFile && readFileSync(caFile, "utf8"),
    },
    namespace: text("LAKE_NAMESPACE", "telemetry"),
  };
}

/** How long events wait for others that become readable with them. */
export const commitIntervalMs = (): number => number("LAKE_COMMIT_INTERVAL_SECONDS", 30) * 1_000;

function authOf(region: string, keys: Keys, client?: Client): CatalogueAuth {
  const name = text("LAKE_CATALOG_AUTH", "none");
  const kind = AUTHS.find((one) => one === name);
  if (kind === undefined)
    throw new Error(`environment variable LAKE_CATALOG_AUTH is "${name}", not ${AUTHS.join(" or ")}`);
  if (kind === "sigv4") return {kind, region, ...keys};
  if (kind === "none") return {kind};
  return {
    kind,
    ...(client ?? {clientId: text("LAKE_CATALOG_CLIENT_ID"), clientSecret: text("LAKE_CATALOG_CLIENT_SECRET")}),
    tokenUrl: process.env.LAKE_CATALOG_OAUTH2_URI || undefined,
    scope: text("LAKE_CATALOG_SCOPE", "PRINCIPAL_ROLE:ALL"),
  };
}
