import {describe, expect, test} from "vitest";
import {waitFor} from "../../../cluster/shell.ts";
import {instance} from "../cluster.ts";
import {installedBoards, panelsOf} from "../panels.ts";
import type {user} from "../steps.ts";

/** °C: a hold is that warm a minute or two after its door was opened, which one of these vehicles does every minute or two. */
const [MAX, VEHICLES] = [-15, 12];
/** How late a prediction may be stored. */
const LATE_MS = 30_000;

/** Predictions by their rules on the live pipeline `fleet`; with a model in test/verify/predictions.test.ts: docs/predictions.md. */
export function predictionTests(own: ReturnType<typeof user>, namespace: string) {
  describe("predictions", () => {
    test("a door that is open too long is warned of, and each panel of the dashboard has data, asked as Grafana would", async () => {
      await own.patch("fleet", {
        simulator: {scenario: "cold-chain", vehicles: VEHICLES},
        predictions: {enabled: true, coldChain: {max: MAX, horizon: "2m"}},
        observability: {alerting: {groupWait: "1s", groupInterval: "5s"}},
      });
      await own.untilReady("fleet");
      await waitFor("a warning at the receiver", 400_000, async () => {
        const names = await own.sql("fleet", "SELECT name, labels->>'vehicle_id' FROM alert");
        return names.includes("TelemetryColdChainBreachPredicted|vehicle-000");
      });
      const {status} = await own.pipeline("fleet");
      const {message} = status.components.find(({name}: {name: string}) => name === "predictions");
      expect(message).toContain("cold-chain-breach by its rule");
      const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-predictions");
      // These need a model, and what came of its predictions: test/verify/predictions.test.ts.
      const later = ["Precision", "Recall", "Drift"];
      const shown = board.panels.filter(({title}: {title: string}) => !later.includes(title));
      const panels = await panelsOf(instance, {namespace, pipeline: "fleet"});
      expect(await panels.untilData({...board, panels: shown})).toEqual([]);
    });

    test("the warehouse has them as TimescaleDB does", async () => {
      const ask = (statement: string) =>
        JSON.parse(own.cli("sql", "fleet", statement, "--on", "warehouse", "-o", "json").trim().split("\n")[0]!);
      const until = Date.now() - LATE_MS;
      // One that begins looks at once.
      await own.replace("-l", "app.kubernetes.io/name=fleet-warehouse-keeper");
      await waitFor("predictions in the warehouse", 240_000, async () => {
        const {newest} = ask("SELECT TIMESTAMP_TO_MILLIS(MAX(__time)) AS newest FROM telemetry_predictions");
        return newest > until;
      });
      const columns = "COUNT(*) AS n, COUNT(*) FILTER (WHERE label = 'breach') AS breaches FROM";
      const {n, breaches} = ask(`SELECT ${columns} telemetry_predictions WHERE __time < MILLIS_TO_TIMESTAMP(${until})`);
      expect(n).toBeGreaterThan(0);
      const there = await own.sql("fleet", `SELECT ${columns} prediction WHERE ts < to_timestamp(${until} / 1000.0)`);
      expect(there).toBe(`${n}|${breaches}`);
    });

    test("predictions are in the lake after a copy", async () => {
      await own.k("create", "job", "--from=cronjob/fleet-predictions-lake", "copy");
      await own.k("wait", "--for=condition=complete", "job/copy", "--timeout=240s");
      const answer = (await own.k("logs", "job/copy")).split("\n").find((line) => line.startsWith("{"));
      expect(JSON.parse(answer!).rows).toBeGreaterThan(0);
    });

    test("without them the scorer goes, and what was predicted stays", async () => {
      await own.patch("fleet", {
        predictions: {enabled: false},
        simulator: {scenario: "city", vehicles: 2},
      });
      await own.untilReady("fleet");
      await waitFor(
        "the end of its pods",
        240_000,
        async () => (await own.k("get", "pods", "-l", "telemetry.dev/component=predictions", "-o", "name")) === "",
      );
      expect(Number(await own.sql("fleet", "SELECT count(*) FROM prediction WHERE label = 'breach'"))).toBeGreaterThan(
        0,
      );
    });
  });
}
