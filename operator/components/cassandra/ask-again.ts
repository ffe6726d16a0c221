import {cassandraDatacenter} from "../../../cdk8s/components/cassandra/kinds.ts";
import type {Readiness, View} from "../component.ts";

/** When cass-operator was last triggered: any change of an annotation ends its back-off. */
const ASKED_ANNOTATION = "telemetry.dev/asked-again";
const ASK_MS = 30_000;

/**
 * Triggers cass-operator every 30 s for a datacenter that does not become ready: after errors that have passed it may wait for a
 * quarter of an hour before it tries again.
 */
export async function askAgain(
  {ready, reason}: Readiness,
  {name, namespace, facts, client, reported, now}: View,
): Promise<undefined> {
  const datacenterName = facts.cassandra?.datacenter;
  if (ready || reason !== "K8ssandraClusterNotReady" || !datacenterName) return;
  if (reported?.ready !== false || now - Date.parse(reported.since) < ASK_MS) return;
  const ref = {name: datacenterName, namespace};
  const datacenter = await client.get(cassandraDatacenter, ref);
  if (!datacenter || datacenter.spec.clusterName !== name) return;
  const triggered = Date.parse(datacenter.metadata.annotations?.[ASKED_ANNOTATION] ?? "");
  if (now - triggered < ASK_MS) return;
  const annotations = {[ASKED_ANNOTATION]: new Date(now).toISOString()};
  await client.patch(cassandraDatacenter, ref, {metadata: {annotations}});
}
