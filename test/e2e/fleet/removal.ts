import {beforeAll, expect, test} from "vitest";
import {waitFor} from "../../../cluster/shell.ts";
import {bringUp, fleet} from "./shared.ts";

/** The shared pipeline is deleted, made anew, and removed with its data. */
const {k, patch, audit} = fleet;

beforeAll(() => bringUp(), 1_800_000);

test("a deleted pipeline leaves its volumes and credentials, and nothing else", async () => {
  await k("delete", "tp", "fleet", "--timeout=240s");
  await waitFor(
    "everything else to go",
    240_000,
    async () =>
      (await k("get", "deploy,sts,job,pod,kafka,kafkatopic,kafkauser,k8ssandracluster", "-o", "name")).trim() === "",
  );
  const kinds = "service,configmap,cronjob,serviceaccount,role,rolebinding,networkpolicy,podmonitor,prometheusrule,pdb";
  expect((await k("get", kinds, "-l", "telemetry.dev/pipeline=fleet", "-o", "name")).trim()).toBe("");
  expect((await k("get", "pvc", "-o", "name")).trim().split("\n")).toHaveLength(3);
  expect((await k("get", "secret", "-o", "name")).trim().split("\n").sort()).toEqual([
    "secret/fleet-alert-receiver",
    "secret/fleet-cassandra",
    "secret/fleet-cassandra-reader",
    "secret/fleet-console",
    "secret/fleet-superuser",
    "secret/fleet-timescaledb",
    "secret/fleet-timescaledb-monitor",
    "secret/fleet-timescaledb-reader",
  ]);
}, 600_000);

test("a pipeline of the same name finds its data again, and Delete removes it", async () => {
  await bringUp();
  expect((await audit("fleet", "timescaledb")).events).toBeGreaterThan(7);
  await patch("fleet", {deletionPolicy: "Delete"});
  await waitFor(
    "the policy to be applied",
    240_000,
    async () =>
      (await k("get", "kafkanodepool", "fleet-pool", "-o", "jsonpath={.spec.storage.volumes[0].deleteClaim}")) ===
        "true" &&
      (await k(
        "get",
        "sts",
        "fleet-fleet-pool",
        "-o",
        "jsonpath={.spec.persistentVolumeClaimRetentionPolicy.whenDeleted}",
      )) === "Delete",
  );
  await k("delete", "tp", "fleet", "--timeout=240s");
  await waitFor("the volumes to go", 240_000, async () => (await k("get", "pvc,secret", "-o", "name")).trim() === "");
}, 700_000);
