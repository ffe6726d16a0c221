import type {Dashboard} from "@grafana/grafana-foundation-sdk/dashboard";
import {cassandra} from "../components/cassandra/dashboard.ts";
import {flink} from "../components/flink/dashboard.ts";
import {kafka} from "../components/kafka/dashboard.ts";
import {timescaledb} from "../components/timescaledb/dashboard.ts";
import {fleet} from "./fleet.ts";
import {build} from "./kit.ts";
import {operator} from "./operator.ts";
import {pipeline} from "./pipeline.ts";

const boards = [fleet, pipeline, kafka, timescaledb, cassandra, flink, operator];

/** Every dashboard by its key, in the order of the docs. */
export const dashboards = (): [key: string, dashboard: Dashboard][] => boards.map((board) => [board.key, build(board)]);
