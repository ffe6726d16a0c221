import {once} from "node:events";
import type {AddressInfo} from "node:net";
import {Registry} from "prom-client";
import {expect, test} from "vitest";
import {serve as serveOperator} from "../../operator/runtime/server.ts";
import {serve} from "./http.ts";

test.each([
  ["a workload", () => serve(0, () => true)],
  ["the operator", () => serveOperator(0, {registry: new Registry(), ready: () => true})],
])("health and metrics of %s are served by IPv4 and by IPv6", async (_, start) => {
  const server = start();
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  const answers = await Promise.all(["127.0.0.1", "[::1]"].map((host) => fetch(`http://${host}:${port}/readyz`)));
  expect(answers.map(({status}) => status)).toEqual([200, 200]);
  server.close();
});
