import {bareHost} from "../../../api/addresses.ts";
import type {ExternalLake} from "../../../api/components/lake.ts";
import {warehouseInLake} from "../../../api/components/warehouse.ts";
import {secondsOf} from "../../../api/quantities.ts";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, env, fromSecret} from "../../context.ts";
import {portOf} from "../../network.ts";
import {bucketRegion, bucketUrl} from "../../s3.ts";

export const S3_PORT = 8_333;
export const CATALOG_PORT = 8_181;
/** Of a store of ours: the bucket for files of any kind, and the one whose tables the catalogue knows. */
const BUCKET = "lake";
export const WAREHOUSE = "warehouse";
const NAMESPACE = "telemetry";
const CA_FOLDER = "/etc/lake-ca";

export const lakeName = ({name}: Pick<BuildContext, "name">): string => `${name}-lake`;

/** The logins of a store of ours. The administrator makes buckets; the reader cannot write. */
export type Login = "admin" | "writer" | "reader";
const SUFFIXES: Record<Login, string> = {admin: "", writer: "-writer", reader: "-reader"};
export const loginSecret = (context: Pick<BuildContext, "name">, login: Login): string =>
  `${lakeName(context)}${SUFFIXES[login]}`;
/** The access key of a login; its secret key is the generated part. */
export const accessKeyOf = (login: Login): string => `telemetry-${login}`;

/** A component that has a bucket of its own at a store of ours, and a login for nothing else. */
interface Guest {
  bucket: string;
  accessKey: string;
  secret: string;
}
export const guestsOf = ({name, spec}: Pick<BuildContext, "name" | "spec">): Guest[] =>
  warehouseInLake(spec) ? [{bucket: "druid", accessKey: "telemetry-warehouse", secret: `${name}-warehouse`}] : [];

const KEYS = {id: "accessKeyId", secret: "secretAccessKey"};
const CLIENT_KEYS = {id: "clientId", secret: "clientSecret"};

interface Credentials {
  secret: string;
  keys: {id: string; secret: string};
}

/** How clients reach the object store and the catalogue, and log in. */
interface Connection {
  s3: {endpoint: string; region: string; pathStyle: boolean; bucket: string; login: Credentials};
  catalog: {
    uri: string;
    warehouse: string | undefined;
    namespace: string;
    auth: "oauth2" | "sigv4" | "none";
    oauth2?: Credentials & {uri: string; scope: string | undefined};
  };
  caSecret?: string | undefined;
}

function ours(context: BuildContext, login: Login): Connection {
  const host = `${lakeName(context)}.${context.namespace}.svc.cluster.local`;
  const uri = `http://${host}:${CATALOG_PORT}`;
  const credentials = {secret: loginSecret(context, login), keys: KEYS};
  return {
    s3: {
      endpoint: `http://${host}:${S3_PORT}`,
      region: "us-east-1",
      pathStyle: true,
      bucket: BUCKET,
      login: credentials,
    },
    catalog: {
      uri,
      warehouse: WAREHOUSE,
      namespace: NAMESPACE,
      auth: "oauth2",
      oauth2: {...credentials, uri: tokensOf(uri), scope: undefined},
    },
  };
}

const tokensOf = (uri: string): string => `${uri.replace(/\/$/, "")}/v1/oauth/tokens`;

function theirs({s3, catalog, caSecret}: ExternalLake): Connection {
  const {auth = "OAuth2", secret, oauth2Uri, scope} = catalog;
  return {
    s3: {
      endpoint: bucketUrl(s3),
      region: bucketRegion(s3),
      pathStyle: s3.pathStyle ?? s3.endpoint !== undefined,
      bucket: s3.bucket,
      login: {secret: s3.secret, keys: KEYS},
    },
    catalog: {
      uri: catalog.uri,
      warehouse: catalog.warehouse,
      namespace: catalog.namespace ?? NAMESPACE,
      auth: auth.toLowerCase() as "oauth2" | "sigv4" | "none",
      ...(auth === "OAuth2" && secret
        ? {oauth2: {secret, keys: CLIENT_KEYS, uri: oauth2Uri ?? tokensOf(catalog.uri), scope}}
        : {}),
    },
    caSecret,
  };
}

const connectionOf = (context: BuildContext, login: Login): Connection => {
  const {external} = context.spec.lake;
  return external ? theirs(external) : ours(context, login);
};

/** The URLs that clients of an existing store connect to. */
export function externalUrls(external: ExternalLake): string[] {
  const {s3, catalog} = theirs(external);
  return [s3.endpoint, catalog.uri, ...(catalog.oauth2 ? [catalog.oauth2.uri] : [])];
}

/** The variables of a client with a certain login; an existing store has one for all. */
export function lakeAccess(context: BuildContext, login: Login): Client {
  const {s3, catalog, caSecret} = connectionOf(context, login);
  const {oauth2} = catalog;
  return {
    env: [
      ...env({
        LAKE_S3_ENDPOINT: s3.endpoint,
        LAKE_S3_REGION: s3.region,
        LAKE_S3_PATH_STYLE: String(s3.pathStyle),
        LAKE_BUCKET: s3.bucket,
      }),
      fromSecret("AWS_ACCESS_KEY_ID", s3.login.secret, s3.login.keys.id),
      fromSecret("AWS_SECRET_ACCESS_KEY", s3.login.secret, s3.login.keys.secret),
      ...env({LAKE_CATALOG_URI: catalog.uri}),
      ...env(catalog.warehouse ? {LAKE_WAREHOUSE: catalog.warehouse} : {}),
      ...env({LAKE_NAMESPACE: catalog.namespace, LAKE_CATALOG_AUTH: catalog.auth}),
      ...(oauth2
        ? [
            fromSecret("LAKE_CATALOG_CLIENT_ID", oauth2.secret, oauth2.keys.id),
            fromSecret("LAKE_CATALOG_CLIENT_SECRET", oauth2.secret, oauth2.keys.secret),
            ...env({LAKE_CATALOG_OAUTH2_URI: oauth2.uri}),
            ...env(oauth2.scope ? {LAKE_CATALOG_SCOPE: oauth2.scope} : {}),
          ]
        : []),
      ...env(caSecret ? {LAKE_CA: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}

/** The variables of a program that uses the lake; a reader has a login that cannot write, save at an existing store. */
export function lakeClient(context: BuildContext, reader = false): Client {
  if (reader) return lakeAccess(context, "reader");
  const {env: access, files} = lakeWriter(context);
  return {env: [...access, ...readingEnv(context)], files};
}

/** The variables of a program that changes tables, and of which nobody asks anything. */
export function lakeWriter(context: BuildContext): Client {
  const {commitInterval, retention} = context.spec.lake;
  const {env: access, files} = lakeAccess(context, "writer");
  const writing = {
    LAKE_COMMIT_INTERVAL_SECONDS: secondsOf(commitInterval),
    ...(retention ? {LAKE_RETENTION_SECONDS: secondsOf(retention)} : {}),
  };
  return {env: [...access, ...env(writing)], files};
}

/** Users' statements run in the writer's pod, with the reader's login: it is the store that refuses their writes. */
function readingEnv(context: BuildContext): Client["env"] {
  if (context.spec.lake.external) return [];
  const {login} = ours(context, "reader").s3;
  return [
    fromSecret("LAKE_READER_ACCESS_KEY_ID", login.secret, login.keys.id),
    fromSecret("LAKE_READER_SECRET_ACCESS_KEY", login.secret, login.keys.secret),
  ];
}

/** The endpoints of applications, with the login that only reads. That of an existing store writes: it is not for them. */
export function lakeEndpoints(context: BuildContext): Endpoint[] {
  const {s3, catalog, caSecret} = connectionOf(context, "reader");
  const {external} = context.spec.lake;
  const endpointOf = (name: string, protocol: string, text: string): Endpoint => {
    const url = new URL(text);
    return {
      name,
      protocol,
      address: bareHost(url.hostname),
      port: portOf(text),
      tls: url.protocol === "https:",
      ...(external ? {} : {secret: s3.login.secret, secretKeys: Object.values(KEYS)}),
      caSecret,
    };
  };
  return [
    {...endpointOf("lake-s3", "s3", s3.endpoint), bucket: s3.bucket, region: s3.region},
    {
      ...endpointOf("lake-catalog", "iceberg-rest", catalog.uri),
      url: catalog.uri,
      warehouse: catalog.warehouse,
      namespace: catalog.namespace,
    },
  ];
}
