import type {Chart} from "cdk8s";
import {writesCanonical} from "../../../api/canonical.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {env, running} from "../../context.ts";
import {eventFormat} from "../../event-format.ts";
import {isolate, prometheus, telemetryOperator} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {SEMI_SPACE} from "../ingester/manifests.ts";
import {canonicalTopic, kafkaClient} from "../kafka/client.ts";

/** The end of its group's name, and the label `store` of its figures. */
export const CANONICAL = "canonical";

/** The program that writes the events as the ingesters read them to a topic of their own, for the stream job and the warehouse. */
export const canonical: Manifests = {
  name: `ingester-${CANONICAL}`,
  title: "ingester for the canonical topic",
  enabled: writesCanonical,
  build,
  uses: ["kafka"],
  login: "ingester",
  metrics: {port: "http", scraped: ({ingester}) => ingester.canonical.replicas > 0},
};

function build(chart: Chart, context: PlanContext): void {
  const kafka = kafkaClient(context, "ingester");
  const format = eventFormat(context);
  isolate(chart, context, {
    from: [{ports: ["http"], peers: [prometheus(context), telemetryOperator]}],
    to: format.reaches,
  });
  deployment(chart, context, {
    name: `${context.name}-ingester-${CANONICAL}`,
    command: [SEMI_SPACE, "workloads/canonical/main.ts"],
    // It is not ready while its topic takes no events, and then says why.
    unready: true,
    replicas: running(context) ? context.spec.ingester.canonical.replicas : 0,
    sizing: context.spec.ingester.sizing,
    options: context.spec.ingester.pod,
    files: [...kafka.files, ...format.files],
    env: [
      ...kafka.env,
      ...canonicalTopic(context),
      ...env({KAFKA_GROUP: `${context.name}-${CANONICAL}`}),
      ...format.env,
    ],
  });
}
