import {afterAll, beforeAll} from "vitest";
import {forwarded} from "../../cluster/port-forward.ts";
import {biTests} from "./analytics/bi.ts";
import {druidTests} from "./analytics/druid.ts";
import {kubeconfig, startCluster} from "./cluster.ts";
import {keysOf, s3At} from "./lake/store.ts";
import {user} from "./steps.ts";

/** A warehouse and BI beside a lake, as its readers use them: docs/warehouse.md, docs/bi.md. */
const NAMESPACE = "analytics";
const own = user(NAMESPACE);
const S3_PORT = 14_333;
let endForward = () => {};

beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  await own.apply("fleet", {
    lake: {enabled: true, storage: "2Gi", commitInterval: "5s"},
    cassandra: {enabled: false},
    simulator: {vehicles: 2},
    observability: {console: {enabled: false}},
    deletionPolicy: "Delete",
  });
  await own.untilReady("fleet");
  endForward = await forwarded(kubeconfig, NAMESPACE, "service/fleet-lake", `${S3_PORT}:8333`);
}, 1_800_000);
afterAll(async () => {
  endForward();
  await own.k("delete", "tp", "fleet", "--timeout=240s");
}, 600_000);

druidTests(
  own,
  NAMESPACE,
  async () => s3At(S3_PORT, await keysOf(own, "")),
  () => biTests(own, NAMESPACE),
);
