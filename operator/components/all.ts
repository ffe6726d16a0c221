import {cassandra} from "./cassandra.ts";
import type {Component} from "./component.ts";
import {kafka} from "./kafka.ts";
import {timescaledb} from "./timescaledb.ts";
import {workloads} from "./workloads.ts";

/** Every component, in apply order. */
export const components: Component[] = [kafka, timescaledb, cassandra, ...workloads];
