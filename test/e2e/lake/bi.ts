import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {openBrowser} from "../../../cluster/browser.ts";
import {buildDir} from "../../../cluster/images/catalog.ts";
import {forwarded} from "../../../cluster/port-forward.ts";
import {waitFor} from "../../../cluster/shell.ts";
import {logIn as logInto, openDashboard} from "../../../cluster/superset.ts";
import {openSuperset, type Superset} from "../../../workloads/bi/superset/client.ts";
import {instance, kubeconfig} from "../cluster.ts";
import {installedBoards, panelsOf} from "../panels.ts";
import type {user} from "../steps.ts";

const PORT = 18_088;
const SITE = `http://127.0.0.1:${PORT}`;
/** A browser beside a whole platform on two cores. */
const PAGE_MS = 240_000;
const TITLES = [
  "Alerts",
  "All events",
  "Cold chain",
  "Data quality",
  "Fleet by the minute",
  "Fleet overview",
  "Utilisation",
];

/** Superset on the live pipeline `fleet`, which has a lake and a warehouse: docs/bi.md. */
export function biTests(own: ReturnType<typeof user>, namespace: string) {
  const passwordOf = async (secret: string) =>
    Buffer.from(await own.k("get", "secret", secret, "-o", "jsonpath={.data.password}"), "base64").toString();
  const logIn = async (name: string, secret: string) => openSuperset(SITE, name, await passwordOf(secret));
  const dashboards = async (superset: Superset): Promise<any[]> =>
    (await superset.get("/api/v1/dashboard/?q=(page_size:100)")).result;
  const statusOf = async () => {
    const {status} = await own.pipeline("fleet");
    return status.components.find(({name}: {name: string}) => name === "bi");
  };

  describe("BI", () => {
    let endForward = () => {};
    let viewer: Superset;
    let admin: Superset;
    beforeAll(async () => {
      // What was alerted on, and an event that is doubtful.
      await own.sql(
        "fleet",
        `INSERT INTO alert (fingerprint, starts_at, ends_at, status, name, severity, summary, labels, annotations)
           VALUES ('test', now() - interval '1 hour', now(), 'resolved', 'TelemetryLagGrowing', 'warning', 'of a test', '{}', '{}');
         UPDATE telemetry SET quality_flags = 1 WHERE ts = (SELECT max(ts) FROM telemetry)`,
      );
      await own.patch("fleet", {bi: {enabled: true, provider: "Superset"}});
      await own.untilReady("fleet", 900_000);
      endForward = await forwarded(kubeconfig, namespace, "service/fleet-bi", `${PORT}:8088`);
      [viewer, admin] = await Promise.all([logIn("viewer", "fleet-bi-viewer"), logIn("admin", "fleet-bi")]);
    }, 1_200_000);
    afterAll(() => endForward());

    test("each chart of each dashboard has data, from TimescaleDB, Druid and the lake", async () => {
      const {status} = await own.pipeline("fleet");
      const endpoint = status.endpoints.find(({name}: {name: string}) => name === "bi");
      expect(endpoint).toMatchObject({protocol: "http", port: 8088, secret: "fleet-bi"});
      const titles = await waitFor("all dashboards", 240_000, async () => {
        const found = (await dashboards(viewer)).map(({dashboard_title}) => dashboard_title);
        return found.length >= TITLES.length && found;
      });
      expect(titles.toSorted()).toEqual(TITLES);
      await waitFor("rows of each chart", 240_000, async () => {
        const empty: string[] = [];
        for (const {id, dashboard_title} of await dashboards(viewer))
          for (const chart of (await viewer.get(`/api/v1/dashboard/${id}/charts`)).result) {
            const {result} = await viewer.get(`/api/v1/chart/${chart.id}/data/?force=true`);
            if (result[0].rowcount === 0) empty.push(`${dashboard_title}: ${chart.slice_name}`);
          }
        if (empty.length > 0) throw new Error(`without rows: ${empty.join(", ")}`);
        return true;
      });
    });

    test("a viewer changes nothing, and nobody writes to a database or reads the server's files", async () => {
      const [{id}] = await dashboards(viewer);
      await expect(viewer.put(`/api/v1/dashboard/${id}`, {dashboard_title: "mine"})).rejects.toThrow(/403/);
      const {result: databases} = await admin.get("/api/v1/database/?q=(page_size:100)");
      const idOf = (title: string) => databases.find((one: any) => one.database_name === title).id;
      const sql = (superset: Superset, title: string, statement: string) =>
        superset.post("/api/v1/sqllab/execute/", {database_id: idOf(title), sql: statement, runAsync: false});
      await expect(sql(viewer, "TimescaleDB", "SELECT 1")).rejects.toThrow(/40[13]/);
      expect((await sql(admin, "Lake", "SELECT count(*) AS n FROM events")).data[0].n).toBeGreaterThan(0);
      await expect(sql(admin, "TimescaleDB", "DELETE FROM telemetry")).rejects.toThrow(/DML|not allowed|permission/i);
      await expect(sql(admin, "Lake", "SELECT content FROM read_text('/proc/self/environ')")).rejects.toThrow(
        /disabled|permission|Cannot access/i,
      );
      await expect(sql(admin, "Lake", "ATTACH '/tmp/x.db' AS x")).rejects.toThrow(/read|ATTACH|not allowed/i);
    });

    test("a dashboard that a person edited stays so and is named, and one that was deleted comes back", async () => {
      const all = await dashboards(admin);
      const idOf = (title: string) => all.find(({dashboard_title}) => dashboard_title === title).id;
      await admin.put(`/api/v1/dashboard/${idOf("Utilisation")}`, {dashboard_title: "Our utilisation"});
      await admin.delete(`/api/v1/dashboard/${idOf("Cold chain")}`);
      await own.replace("-l", "app.kubernetes.io/name=fleet-bi-keeper");
      const titles = await waitFor("the deleted one", 240_000, async () => {
        const found = (await dashboards(viewer)).map(({dashboard_title}) => dashboard_title);
        return found.includes("Cold chain") && found;
      });
      expect(titles).toContain("Our utilisation");
      expect(titles).not.toContain("Utilisation");
      const {message} = await waitFor("its name in the status", 240_000, async () => {
        const bi = await statusOf();
        return bi?.message.includes("edited") && bi;
      });
      expect(message).toContain("edited by people, so kept as they are: dashboard Utilisation");
    });

    test("a browser shows the dashboards, and asks nobody else for anything", async () => {
      const browser = await openBrowser();
      try {
        const page = await browser.newPage({viewport: {width: 1600, height: 1000}});
        const asked = new Set<string>();
        page.on("request", (request) => asked.add(new URL(request.url()).origin));
        await logInto(page, SITE, "viewer", await passwordOf("fleet-bi-viewer"), PAGE_MS);
        for (const slug of ["fleet", "cold-chain", "warehouse", "lake"]) {
          await openDashboard(page, SITE, `telemetry-${slug}`, PAGE_MS);
          writeFileSync(join(buildDir, `bi-${slug}.png`), await page.screenshot());
        }
        expect([...asked].filter((origin) => origin !== SITE && origin !== "null")).toEqual([]);
      } finally {
        await browser.close();
      }
    });

    test("each panel of its dashboard in Grafana has data", async () => {
      const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-bi");
      const panels = await panelsOf(instance, {namespace, pipeline: "fleet"});
      expect(await panels.untilData(board)).toEqual([]);
    });
  });
}
