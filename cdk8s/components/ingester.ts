import type {Chart} from "cdk8s";
import {type BuildContext, env, running} from "../context.ts";
import {deployment} from "../workload.ts";
import {cassandraEnv} from "./cassandra.ts";
import {kafkaClient} from "./kafka.ts";
import {timescaledbEnv} from "./timescaledb.ts";

const storeEnv = {timescaledb: timescaledbEnv, cassandra: cassandraEnv};

/** The consumer group that fills one store. */
export const ingester =
  (store: keyof typeof storeEnv) =>
  (chart: Chart, context: BuildContext): void => {
    const {env: kafkaEnv, files} = kafkaClient(context, "ingester");
    deployment(chart, context, {
      name: `${context.name}-ingester-${store}`,
      command: ["workloads/ingester/main.ts"],
      replicas: running(context) ? context.spec.ingester[store].replicas : 0,
      strategy: "RollingUpdate",
      sizing: context.spec.ingester.sizing,
      files,
      env: [...kafkaEnv, ...env({STORE: store, KAFKA_GROUP: `${context.name}-${store}`}), ...storeEnv[store](context)],
    });
  };
