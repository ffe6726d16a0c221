import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import {bareHost} from "../../../api/addresses.ts";
import type {Bucket} from "../../../api/s3.ts";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, credentials, env, fromSecret} from "../../context.ts";
import {portOf} from "../../network.ts";
import {bucketRegion, bucketUrl} from "../../s3.ts";
import {guestsOf, lakeName, S3_PORT} from "../lake/client.ts";
import {databaseLogin, type OwnDatabase} from "../timescaledb/own-database.ts";

/** What the plan takes from the cluster. */
export interface WarehouseFacts {
  /** Of the volumes; unset: of a plan that is only shown. */
  storageClass?: string | undefined;
}

declare module "../../context.ts" {
  interface Facts {
    warehouse?: WarehouseFacts;
  }
}

/** The port that druid-operator's DruidIngestion takes the router to have. */
export const ROUTER_PORT = 8_088;
const TABLE = "telemetry";
const CA_FOLDER = "/etc/warehouse-ca";

type Named = Pick<BuildContext, "name">;
export const warehouseName = ({name}: Named): string => `${name}-warehouse`;
const hostOf = (context: Pick<BuildContext, "name" | "namespace">): string =>
  `${warehouseName(context)}.${context.namespace}.svc.cluster.local`;

/** Secrets of what Druid uses on servers of ours. */
export function secrets(chart: Chart, context: BuildContext): void {
  for (const {accessKey, secret} of guestsOf(context))
    credentials(chart, context, secret, {accessKeyId: accessKey, secretAccessKey: context.passwords[secret] ?? ""});
  if (context.spec.warehouse.clustered) databaseLogin(chart, context, metadata(context));
}

/** The bucket of the segments. */
export function segments(context: BuildContext): Bucket & {pathStyle: boolean} {
  const {s3} = context.spec.warehouse;
  const {external} = context.spec.lake;
  const [ours] = guestsOf(context);
  if (ours) {
    const endpoint = `http://${lakeName(context)}.${context.namespace}.svc.cluster.local:${S3_PORT}`;
    return {endpoint, bucket: ours.bucket, secret: ours.secret, pathStyle: true};
  }
  // The rules of the spec let none of the two be missing.
  const theirs = s3 ?? external!.s3;
  return {prefix: "druid", pathStyle: external?.s3.pathStyle ?? theirs.endpoint !== undefined, ...theirs};
}

/** The keys of that bucket, as AWS' own libraries read them. */
export function segmentAccess(context: BuildContext): k8s.EnvVar[] {
  const s3 = segments(context);
  return [
    ...env({AWS_REGION: bucketRegion(s3)}),
    fromSecret("AWS_ACCESS_KEY_ID", s3.secret, "accessKeyId"),
    fromSecret("AWS_SECRET_ACCESS_KEY", s3.secret, "secretAccessKey"),
  ];
}

export const segmentUrl = (context: BuildContext): string => bucketUrl(segments(context));

/** The metadata database of a Druid that is clustered. */
export const metadata = (context: BuildContext): OwnDatabase => ({
  name: warehouseName(context),
  role: "druid",
  existing: context.spec.warehouse.database,
});

/** How a program asks Druid. */
export function warehouseClient(context: BuildContext): Client {
  const {external} = context.spec.warehouse;
  const {secret, caSecret} = external ?? {};
  return {
    env: [
      ...env({
        WAREHOUSE_URL: (external?.url ?? `http://${hostOf(context)}:${ROUTER_PORT}`).replace(/\/$/, ""),
        WAREHOUSE_TABLE: external?.table ?? TABLE,
      }),
      ...(secret
        ? [fromSecret("WAREHOUSE_USERNAME", secret, "username"), fromSecret("WAREHOUSE_PASSWORD", secret, "password")]
        : []),
      ...env(caSecret ? {WAREHOUSE_CA: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}

/** The endpoint of applications: Druid's SQL by HTTP, and by JDBC. */
export function warehouseEndpoint(context: BuildContext): Endpoint {
  const {external} = context.spec.warehouse;
  const url = external?.url ?? `http://${hostOf(context)}:${ROUTER_PORT}`;
  const {hostname, protocol} = new URL(url);
  return {
    name: "warehouse",
    protocol: "druid",
    address: bareHost(hostname),
    port: portOf(url),
    tls: protocol === "https:",
    caSecret: external?.caSecret,
    table: external?.table ?? TABLE,
    url: `jdbc:avatica:remote:url=${url.replace(/\/$/, "")}/druid/v2/sql/avatica/`,
  };
}
