import {STORES} from "../../api/stores.ts";
import {alertReceiver} from "./alert-receiver.ts";
import {alertRoutes} from "./alert-routes.ts";
import {bi} from "./bi.ts";
import {canonical} from "./canonical.ts";
import {cassandra} from "./cassandra.ts";
import {checks} from "./checks.ts";
import type {Component} from "./component.ts";
import {console} from "./console.ts";
import {flink} from "./flink.ts";
import {grafana, grafanaOperator} from "./grafana.ts";
import {ingester} from "./ingester.ts";
import {kafka} from "./kafka.ts";
import {lake} from "./lake.ts";
import {monitoring} from "./monitoring.ts";
import {network} from "./network.ts";
import {predictions} from "./predictions.ts";
import {simulator} from "./simulator.ts";
import {timescaledb} from "./timescaledb.ts";
import {warehouse} from "./warehouse.ts";
import {workflows} from "./workflows.ts";

/** Every component, in apply order. */
export const components: Component[] = [
  kafka,
  timescaledb,
  cassandra,
  lake,
  ...STORES.map(ingester),
  canonical,
  simulator,
  console,
  alertReceiver,
  flink,
  warehouse,
  bi,
  predictions,
  checks,
  workflows,
  monitoring,
  alertRoutes,
  network,
  grafana,
  grafanaOperator,
];
