import {describe, expect, test} from "vitest";
import {query} from "../../../cluster/monitoring/prometheus.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {instance} from "../cluster.ts";
import {installedBoards, panelsOf} from "../panels.ts";
import type {user} from "../steps.ts";

const DAGS = {
  "mine.py": `
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import dag, task

@dag(schedule=None, is_paused_upon_creation=False)
def mine_reads():
    @task
    def count():
        print("vehicles:", PostgresHook("telemetry_timescaledb").get_first("SELECT count(DISTINCT vehicle_id) FROM telemetry")[0])

    count()

@dag(schedule=None, is_paused_upon_creation=False)
def mine_fails():
    @task
    def write():
        PostgresHook("telemetry_timescaledb").run("DELETE FROM telemetry")

    write()

mine_reads()
mine_fails()
`,
  // Airflow reads no file without these two words.
  "broken.py": "from airflow.sdk import dag\nimport a_library_that_is_not_there\n",
};
const CLAIM = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {name: "backups"},
  spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "1Gi"}}},
};

/** Airflow on the live pipeline `fleet`, which has a lake: docs/workflows.md. */
export function airflowTests(own: ReturnType<typeof user>, namespace: string) {
  const workflows = (...args: string[]) => own.cliAside("workflows", "fleet", ...args);
  const componentStatus = async () =>
    (await own.pipeline("fleet")).status.components.find(({name}: {name: string}) => name === "workflows");
  const cronJobs = async () => {
    const {items} = JSON.parse(await own.k("get", "cronjobs", "-o", "json"));
    return items.map(({metadata, spec}: any) => [metadata.name, spec.suspend]);
  };

  describe("workflows", () => {
    test("a live pipeline takes Airflow on, which has a DAG for each CronJob", async () => {
      await own.kubectl(["-n", namespace, "apply", "-f", "-"], JSON.stringify(CLAIM));
      const map = {apiVersion: "v1", kind: "ConfigMap", metadata: {name: "my-dags"}, data: DAGS};
      await own.kubectl(["-n", namespace, "apply", "-f", "-"], JSON.stringify(map));
      await own.patch("fleet", {
        workflows: {enabled: true, dags: {configMap: "my-dags"}},
        timescaledb: {backup: {claim: "backups"}},
      });
      await own.untilReady("fleet", 600_000);
      expect((await cronJobs()).filter(([, suspended]: [string, boolean]) => !suspended)).toEqual([]);
      const dags = await waitFor("the DAGs", 240_000, async () => {
        const list = JSON.parse(await workflows("list", "-o", "json")).map(({dag}: {dag: string}) => dag);
        return list.length >= 8 && list;
      });
      expect(dags).toEqual([
        "data_checks",
        "lake_maintenance",
        "mine_fails",
        "mine_reads",
        "timescaledb_backup",
        "timescaledb_restore_drill",
        "timescaledb_retention",
        "workflows_retention",
      ]);
    });

    test("DAGs of the platform run as pods, with effect", async () => {
      expect(await workflows("run", "lake_maintenance")).toContain("lake_maintenance succeeded");
      expect(await workflows("logs", "lake_maintenance")).toContain('"compacted":');
      expect(await workflows("run", "timescaledb_backup")).toContain("timescaledb_backup succeeded");
      expect(own.cli("backup", "fleet", "list")).toContain(".dump");
      expect(await workflows("run", "timescaledb_restore_drill")).toContain("timescaledb_restore_drill succeeded");
      const rows = /"rows":(\d+)/.exec(await workflows("logs", "timescaledb_restore_drill"))?.[1];
      expect(Number(rows)).toBeGreaterThan(0);
      expect(await workflows("run", "data_checks")).toContain("data_checks succeeded");
      expect(await workflows("logs", "data_checks")).toMatch(/"store":"timescaledb".*"store":"lake".*"findings":\[\]/);
    });

    test("a DAG of the user reads TimescaleDB by the connection's name; one that writes is refused, and its alert fires", async () => {
      expect(await workflows("run", "mine_reads")).toContain("mine_reads succeeded");
      expect(await workflows("logs", "mine_reads")).toMatch(/vehicles: 2/);
      await expect(workflows("run", "mine_fails")).rejects.toThrow(/mine_fails failed[\s\S]*read-only transaction/);
      await waitFor("the alert", 240_000, async () => {
        const firing = await query(instance, `ALERTS{alertname="WorkflowsRunFailed",namespace="${namespace}"}`);
        return firing.some(({metric}: any) => metric.dag_id === "mine_fails" && metric.alertstate === "firing");
      });
    });

    test("a file that cannot be imported and a DAG of which the last run failed are named in the status", async () => {
      const {ready, message} = await waitFor("the error", 240_000, async () => {
        const status = await componentStatus();
        return /broken\.py.*mine_fails/.test(status.message) && status;
      });
      expect({ready, message}).toEqual({
        ready: true,
        message:
          "all objects are ready; 1 file with DAGs cannot be imported: broken.py: ModuleNotFoundError: No module named 'a_library_that_is_not_there'; the last run of 1 DAG failed: mine_fails (npx telemetry-operator workflows fleet logs mine_fails)",
      });
    });

    test("each panel of the dashboard has data, asked as Grafana would", async () => {
      const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-workflows");
      const panels = await panelsOf(instance, {namespace, pipeline: "fleet"});
      // Only runs by schedule have a delay, and none need be due meanwhile.
      const shown = board.panels.filter(({title}: {title: string}) => title !== "Delay");
      expect(await panels.untilData({...board, panels: shown})).toEqual([]);
    });

    test("without Airflow the CronJobs have their schedules again", async () => {
      await own.patch("fleet", {workflows: {enabled: false}});
      await own.untilReady("fleet");
      const schedules = (await cronJobs()).filter(([name]: [string]) => name !== "fleet-timescaledb-restore");
      expect(schedules.map(([, suspended]: [string, boolean]) => suspended)).toEqual(schedules.map(() => false));
      await waitFor("the end of its pods", 240_000, async () => {
        const running = ["--field-selector=status.phase=Running", "-l", "telemetry.dev/component=workflows"];
        return (await own.k("get", "pods", ...running, "-o", "name")) === "";
      });
    });
  });
}
