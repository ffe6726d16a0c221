import {expect, test} from "vitest";
import {alertsOf} from "./alerts.ts";

const NOW = new Date("2026-10-31T01:00:00Z");
const about = {namespace: "default", pipeline: "fleet", site: "http://console:8080/"};

test("a unit that is likely to fail is an alert until after the next day's prediction, with a link to the vehicle", () => {
  expect(alertsOf([{vehicle: "v 2", score: 0.876}], about, NOW)).toEqual([
    {
      labels: {
        alertname: "TelemetryCoolingUnitFailing",
        namespace: "default",
        pipeline: "fleet",
        vehicle_id: "v 2",
        model: "cooling-unit",
        severity: "warning",
      },
      annotations: {
        summary: "The cooling unit of v 2 is likely to fail within a day.",
        description: expect.stringContaining("0.88"),
        action: expect.stringContaining("checked"),
      },
      endsAt: "2026-11-01T02:00:00.000Z",
      generatorURL: "http://console:8080/?vehicle=v+2",
    },
  ]);
});
