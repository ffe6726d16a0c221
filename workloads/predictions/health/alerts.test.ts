import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {expect, test} from "vitest";
import {decide, post} from "./alerts.ts";

const NOW = new Date("2026-10-31T01:00:00Z");
const about = {namespace: "default", pipeline: "fleet"};
const alerts = decide(
  [
    {vehicle: "v1", label: "healthy", score: 0.1},
    {vehicle: "v2", label: "failing", score: 0.876},
  ],
  about,
  NOW,
);

test("a unit that is likely to fail is an alert until after the next day's prediction; a healthy one is none", () => {
  expect(alerts).toEqual([
    {
      labels: {
        alertname: "TelemetryCoolingUnitFailing",
        namespace: "default",
        pipeline: "fleet",
        vehicle_id: "v2",
        model: "cooling-unit",
        severity: "warning",
      },
      annotations: {summary: "The cooling unit of v2 is likely to fail within a day (score 0.88)"},
      endsAt: "2026-11-01T02:00:00.000Z",
    },
  ]);
});

test("Alertmanager gets them at once, and what it answers to a refused request is said", async () => {
  const heard: {url: string | undefined; body: string}[] = [];
  let code = 200;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    heard.push({url: request.url, body});
    response.writeHead(code).end("bad labels");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await post(url, alerts);
    await post(url, []);
    expect(heard).toEqual([{url: "/api/v2/alerts", body: JSON.stringify(alerts)}]);
    code = 400;
    await expect(post(url, alerts)).rejects.toThrow("Alertmanager answers 400: bad labels");
  } finally {
    server.close();
  }
});
