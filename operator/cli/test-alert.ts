import type {PipelineSpec} from "../../api/pipeline.ts";
import {ApiError} from "../runtime/client.ts";
import {builtin} from "../runtime/types.ts";
import {type Connection, getPipeline} from "./connection.ts";
import type {Findings} from "./output.ts";

/** The test alert ends by itself after this time, so that its end is notified as well. */
const DURATION_MS = 60_000;
/** The label that the Prometheus operator gives the Service of each Alertmanager. */
const OPERATED = "operated-alertmanager=true";

/**
 * Sends a test alert the way every alert goes: Alertmanager, its routes, the receivers.
 *
 * @throws Error naming what is missing
 */
export async function testAlert(
  connection: Connection,
  name: string,
  severity: "critical" | "warning",
): Promise<Findings> {
  const {client, namespace} = connection;
  const pipeline = await getPipeline(connection, name);
  const {receivers = []} = (pipeline.spec as PipelineSpec).observability?.alerting ?? {};
  const notified = receivers.filter(({severities}) => severities?.includes(severity) ?? true);
  const services = (await client.list(builtin.service, {labelSelector: OPERATED})).items;
  if (services.length === 0)
    throw new Error("the cluster has no Alertmanager of a Prometheus operator, so no receiver can be notified");
  const now = Date.now();
  const alert = {
    labels: {alertname: "TelemetryTest", pipeline: name, namespace, severity},
    annotations: {summary: "This is a test of the notifications.", action: "Nothing has to be done."},
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + DURATION_MS).toISOString(),
  };
  for (const {metadata} of services) {
    const path = `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}:9093/proxy/api/v2/alerts`;
    // Alertmanager takes it with an empty answer.
    await client.request("POST", path, [alert]).catch((error) => {
      if (!(error instanceof ApiError && error.status === 200)) throw error;
    });
  }
  const condition = pipeline.status?.conditions?.find(({type}: any) => type === "Alerting");
  const problem =
    condition?.status === "True"
      ? ""
      : `\nAlerting is False: ${condition?.message ?? "the operator has not reported yet"}`;
  const names = notified.map((receiver) => receiver.name);
  return {
    text: `TelemetryTest (${severity}) is sent; it ends in a minute. Receivers: ${names.join(", ") || "none"}${problem}`,
    data: {
      alert,
      receivers: names,
      alertmanagers: services.map(({metadata}) => `${metadata.namespace}/${metadata.name}`),
    },
    ok: names.length > 0 && !problem,
  };
}
