import type {Dashboard} from "@grafana/grafana-foundation-sdk/dashboard";
import {cassandra} from "./cassandra.ts";
import {fleet} from "./fleet.ts";
import {flink} from "./flink.ts";
import {kafka} from "./kafka.ts";
import {build} from "./kit.ts";
import {operator} from "./operator.ts";
import {pipeline} from "./pipeline.ts";
import {timescaledb} from "./timescaledb.ts";

const boards = [fleet, pipeline, kafka, timescaledb, cassandra, flink, operator];

/** Every dashboard by its key, in the order of the docs. */
export const dashboards = (): [key: string, dashboard: Dashboard][] => boards.map((board) => [board.key, build(board)]);
