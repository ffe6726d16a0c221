import {hasAlertReceiver} from "../../../api/components/alerting.ts";
import type {ResolvedSpec} from "../../../api/pipeline.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, env} from "../../context.ts";
import {lakeClient} from "../lake/client.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {warehouseClient} from "../warehouse/client.ts";

/** Whether the server shows the lake: Metabase has no driver for it, and ours for Superset knows no signed requests. */
const showsLake = ({bi, lake}: ResolvedSpec): boolean =>
  bi.provider === "Superset" && lake.enabled && lake.external?.catalog.auth !== "SigV4";

/** What there is to report on. */
const hasOf = (spec: ResolvedSpec): string[] => [
  ...(spec.timescaledb.enabled ? ["timescaledb"] : []),
  ...(spec.warehouse.enabled ? ["warehouse"] : []),
  ...(showsLake(spec) ? ["lake"] : []),
  ...(hasAlertReceiver(spec) ? ["alerting"] : []),
  ...(spec.flink.enabled && spec.timescaledb.enabled ? ["flink"] : []),
  ...(spec.predictions.enabled ? ["predictions"] : []),
];

/** How the databases of reports are reached, with logins that only read. */
export function sources(context: BuildContext): Client {
  const {timescaledb, warehouse} = context.spec;
  const clients = [
    ...(timescaledb.enabled ? [timescaledbClient(context, true)] : []),
    ...(warehouse.enabled ? [warehouseClient(context)] : []),
  ];
  return {
    env: [...env({BI_HAS: hasOf(context.spec).join(",")}), ...clients.flatMap((client) => client.env)],
    files: clients.flatMap(({files}) => files),
  };
}

/** The lake, which the server itself reads. */
export const lakeOf = (context: BuildContext): Client =>
  showsLake(context.spec) ? lakeClient(context, true) : {env: [], files: []};
