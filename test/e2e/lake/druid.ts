import {ListObjectsV2Command, type S3Client} from "@aws-sdk/client-s3";
import {describe, expect, test} from "vitest";
import {waitFor} from "../../../cluster/shell.ts";
import {instance} from "../cluster.ts";
import {installedBoards, panelsOf} from "../panels.ts";
import type {user} from "../steps.ts";

const EXACT = {store: "warehouse", missing: 0, extra: 0, altered: 0};

/**
 * Druid on the live pipeline `fleet`, which has a lake: docs/warehouse.md.
 *
 * @param beforeOff tests that need it
 */
export function druidTests(
  own: ReturnType<typeof user>,
  namespace: string,
  store: () => Promise<S3Client>,
  beforeOff: () => void,
) {
  const sql = (statement: string) =>
    own
      .cli("sql", "fleet", statement, "--on", "warehouse", "-o", "json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const resting = async (rest: boolean) => {
    await own.patch("fleet", {simulator: {enabled: !rest}});
    await own.untilReady("fleet");
  };
  const audit = () => JSON.parse(own.cli("audit", "fleet", "--store", "warehouse"));

  describe("warehouse", () => {
    test("a live pipeline takes Druid on, which answers for what Kafka has, each event once", async () => {
      await own.patch("fleet", {warehouse: {enabled: true, handoff: "1m"}});
      await own.untilReady("fleet", 900_000);
      await waitFor("the first rows", 240_000, async () => sql(`SELECT COUNT(*) AS n FROM telemetry`)[0].n > 0);
      const {status} = await own.pipeline("fleet");
      const endpoint = status.endpoints.find(({name}: {name: string}) => name === "warehouse");
      expect(endpoint).toMatchObject({protocol: "druid", port: 8088, table: "telemetry"});
      await resting(true);
      const audited = audit();
      expect(audited).toMatchObject(EXACT);
      expect(audited.rows).toBeGreaterThan(0);
      const [minute] = sql(
        "SELECT SUM(events) AS n, APPROX_COUNT_DISTINCT_DS_HLL(vehicles) AS v FROM telemetry_minute",
      );
      expect(minute).toEqual({n: audited.rows, v: 2});
      await resting(false);
    });

    test("an indexer that is killed loses and doubles nothing, and segments are handed over to the lake's store", async () => {
      await own.replace("druid-fleet-warehouse-indexers-0");
      const client = await store();
      await waitFor("a segment", 400_000, async () => {
        const {Contents = []} = await client.send(
          new ListObjectsV2Command({Bucket: "druid", Prefix: "segments/telemetry/"}),
        );
        return Contents.length > 0;
      });
      await resting(true);
      expect(audit()).toMatchObject(EXACT);
      await resting(false);
    });

    test("statements that write are refused, and what is asked wrongly has Druid's own words", () => {
      expect(() => sql("INSERT INTO telemetry SELECT * FROM telemetry")).toThrow(/only SELECT/);
      expect(() => sql("SELECT nothing FROM telemetry")).toThrow(/nothing/);
    });

    test("each panel of the dashboard has data, asked as Grafana would", async () => {
      const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-warehouse");
      const panels = await panelsOf(instance, {namespace, pipeline: "fleet"});
      expect(await panels.untilData(board)).toEqual([]);
    });

    beforeOff();

    test("without it Druid's pods go", async () => {
      await own.patch("fleet", {warehouse: {enabled: false}});
      await own.untilReady("fleet");
      await waitFor(
        "the end of its pods",
        240_000,
        async () => (await own.k("get", "pods", "-l", "telemetry.dev/component=warehouse", "-o", "name")) === "",
      );
    });
  });
}
