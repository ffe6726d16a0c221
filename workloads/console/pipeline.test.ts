import {expect, test} from "vitest";
import {apiServer} from "./pipeline.ts";

test.each([
  ["10.96.0.1", "443", "10.96.0.1", ""],
  ["fd00:10:96::1", "6443", "[fd00:10:96::1]", "6443"],
  ["kubernetes.default.svc", "443", "kubernetes.default.svc", ""],
])("the API server at %s, port %s, has a URL", (KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, hostname, port) => {
  const url = new URL(apiServer({KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT}));
  expect([url.protocol, url.hostname, url.port]).toEqual(["https:", hostname, port]);
});
