import type {Chart} from "cdk8s";
import {bytesOf, secondsOf} from "../../../api/quantities.ts";
import type {Sizing} from "../../../api/resources.ts";
import {type StoreName, stores, traitsOf} from "../../../api/stores.ts";
import {connectionTo, type Manifests, type PlanContext} from "../../component.ts";
import {env, running} from "../../context.ts";
import {eventIdentity} from "../../event-fields.ts";
import {eventFormat} from "../../event-format.ts";
import {isolate, prometheus, telemetryOperator} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";

/** Most of what it allocates is gone with its batch: with the young generation's default size, a fifth of its CPU went into moving it. */
export const SEMI_SPACE = "--max-semi-space-size=32";

/** The consumer group that fills one store. */
export const ingester = (store: StoreName): Manifests => ({
  name: `ingester-${store}`,
  title: `ingester for ${stores[store].title}`,
  enabled: (spec) => spec[store].enabled,
  build: build(store),
  uses: ["kafka", store],
  login: "ingester",
  metrics: {port: "http", scraped: ({ingester}) => ingester[store].replicas > 0},
});

function sizingOf(store: StoreName, sizing: Sizing): Sizing {
  const {memory = sizing.memory} = traitsOf(store);
  return {...sizing, memory: bytesOf(memory) > bytesOf(sizing.memory) ? memory : sizing.memory};
}

const build =
  (store: StoreName) =>
  (chart: Chart, context: PlanContext): void => {
    const kafka = kafkaClient(context, "ingester");
    const client = connectionTo(context, store);
    const {quality} = context.spec.event;
    const format = eventFormat(context);
    isolate(chart, context, {
      from: [{ports: ["http"], peers: [prometheus(context), telemetryOperator]}],
      to: format.reaches,
    });
    deployment(chart, context, {
      name: `${context.name}-ingester-${store}`,
      command: [SEMI_SPACE, "workloads/ingester/main.ts"],
      // It is not ready while its store takes no rows, and then says why.
      unready: true,
      image: traitsOf(store).image ?? "workloads",
      replicas: running(context) ? context.spec.ingester[store].replicas : 0,
      sizing: sizingOf(store, context.spec.ingester.sizing),
      options: context.spec.ingester.pod,
      files: [...kafka.files, ...client.files, ...format.files],
      env: [
        ...kafka.env,
        ...env({
          STORE: store,
          KAFKA_GROUP: `${context.name}-${store}`,
          // Of both: a replay of dead letters in this pod has to know which of them their store would refuse again.
          TIMESCALEDB_RETENTION_SECONDS: secondsOf(context.spec.timescaledb.retention),
          CASSANDRA_RETENTION_SECONDS: secondsOf(context.spec.cassandra.ttl),
        }),
        ...format.env,
        ...(quality ? env({EVENT_QUALITY: JSON.stringify(quality)}) : []),
        ...eventIdentity(context.spec),
        ...client.env,
      ],
    });
  };
