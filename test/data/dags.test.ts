import {cpSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {runIn} from "./in-image.ts";
import {rootfsOf} from "./rootfs.ts";

/** The DAGs of a plan, as Airflow itself reads them: by its DagBag, in the files of its image. */
const SCRIPT = `
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder="/dags")
def shown(dag):
    [task] = dag.tasks
    pod = task.build_pod_request_obj({})
    return {
        "schedule": dag.timetable.summary, "catchup": dag.catchup, "runs": dag.max_active_runs, "start": dag.start_date.isoformat(),
        "tags": sorted(dag.tags), "retries": task.retries, "timeout": task.execution_timeout.total_seconds(),
        "pod": task.base_container_name, "image": [c.image for c in pod.spec.containers], "init": [c.name for c in pod.spec.init_containers or []],
        "names": [c.name for c in pod.spec.containers], "owner": [o.name for o in pod.metadata.owner_references or []], "component": pod.metadata.labels["telemetry.dev/component"],
        "restart": pod.spec.restart_policy, "secure": pod.spec.security_context.run_as_non_root, "end": [e.name for e in pod.spec.containers[0].env if e.name == "INTERVAL_END"],
        "secrets": [s.name for s in pod.spec.image_pull_secrets or []], "limits": pod.spec.containers[0].resources.limits["memory"],
    }
print("ANSWER" + json.dumps({"errors": bag.import_errors, "dags": {dag.dag_id: shown(dag) for dag in bag.dags.values()}}))
`;
let root: string;
beforeAll(async () => {
  [root] = (await rootfsOf(["airflow"])) as [string];
}, 900_000);

/** What Airflow reads of the ConfigMap that a spec leads to, mounted as Kubernetes mounts it. */
async function readBy(spec: object): Promise<any> {
  const planned = plan({
    ...{name: "fleet", namespace: "default", uid: "1", created: "2026-11-30T10:00:00Z", passwords: {}},
    spec: resolveSpec(spec),
    images: {...defaultImages, pullSecrets: ["registry"]},
  });
  const map = planned
    .flatMap(({objects}) => objects)
    .find(({kind, metadata}) => kind === "ConfigMap" && metadata.name === "fleet-workflows-dags")!;
  const folder = join(buildDir, `dags-${process.pid}`);
  for (const part of ["dags/..2026_11_30", "account"]) mkdirSync(join(folder, part), {recursive: true});
  for (const file of ["token", "ca.crt"]) writeFileSync(join(folder, "account", file), "x");
  for (const [file, text] of Object.entries<string>(map.data)) {
    writeFileSync(join(folder, "dags/..2026_11_30", file), text);
    cpSync(join(folder, "dags/..2026_11_30", file), join(folder, "dags", file));
  }
  try {
    const env = {
      ...{AIRFLOW_HOME: "/tmp", AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: "sqlite:////tmp/airflow.db"},
      ...{KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "443", SCRIPT},
    };
    const mounts = {
      "/dags": join(folder, "dags"),
      "/run/secrets/kubernetes.io/serviceaccount": join(folder, "account"),
    };
    const out = await runIn({root, folder, env, mounts}, 'exec python3 -c "$SCRIPT"');
    return JSON.parse(/ANSWER(.*)/.exec(out)![1]!);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

test("each scheduled job of a plan is a DAG that Airflow imports, with a pod as its CronJob would make", async () => {
  const {errors, dags} = await readBy({
    workflows: {enabled: true, retention: "7d"},
    lake: {enabled: true},
    predictions: {enabled: true},
    timescaledb: {backup: {schedule: "@daily", drill: "30 4 * * 0", method: "Dump", keep: 7, claim: "backups"}},
  });
  expect(errors).toEqual({});
  expect(Object.keys(dags).sort()).toEqual([
    "cooling_units",
    "data_checks",
    "lake_maintenance",
    "predictions_lake",
    "timescaledb_backup",
    "timescaledb_restore_drill",
    "timescaledb_retention",
    "train_breach",
    "train_cooling",
    "workflows_retention",
  ]);
  expect(dags.timescaledb_backup).toEqual({
    schedule: "0 0 * * *",
    catchup: false,
    runs: 1,
    // The last midnight before there was a pipeline: the first backup is of the next one.
    start: "2026-11-30T00:00:00+00:00",
    tags: ["telemetry", "timescaledb"],
    retries: 3,
    timeout: 86_400,
    pod: "keep",
    image: [defaultImages.workloads],
    init: ["dump"],
    names: ["keep"],
    owner: ["fleet"],
    component: "timescaledb",
    restart: "Never",
    secure: true,
    end: ["INTERVAL_END"],
    secrets: ["registry"],
    limits: "256Mi",
  });
  expect(dags.lake_maintenance).toMatchObject({schedule: "17 * * * *", image: [defaultImages.lake], retries: 6});
  expect(dags.predictions_lake).toMatchObject({schedule: "47 * * * *", image: [defaultImages.scorer], runs: 1});
  expect(dags.workflows_retention).toMatchObject({image: [defaultImages.airflow], names: ["retention"]});
}, 300_000);
