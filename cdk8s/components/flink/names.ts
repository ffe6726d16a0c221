import type {BuildContext} from "../../context.ts";

export const flinkName = (name: string) => `${name}-flink`;
/** The deployment's label with what its SQL is: another one starts without the old state. */
export const SQL_ANNOTATION = "telemetry.dev/flink-sql";

export const DATA = "/flink-data";
export const SQL_FOLDER = "/opt/flink/sql";
export const TEMPLATE_FOLDER = "/opt/flink/sql-template";
export const SCRIPT = "job.sql";

/** The URL of checkpoints and of everything else that Flink has to find again. */
export function folder({spec, namespace, name}: BuildContext): string {
  const {s3} = spec.flink;
  return s3 ? `s3://${s3.bucket}/${s3.prefix ?? `${namespace}/${name}/flink`}` : `file://${DATA}`;
}
