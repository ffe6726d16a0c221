import {createServer, type RequestListener, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {afterEach, expect, test, vi} from "vitest";
import {openMlflow} from "./client.ts";

let server: Server | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

/** A client of a server that answers in this way. */
async function clientOf(
  answer: RequestListener,
  env: Record<string, string> = {},
  signal = AbortSignal.timeout(30_000),
) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ml/`;
  for (const [name, value] of Object.entries({MLFLOW_TRACKING_URI: url, ...env})) vi.stubEnv(name, value);
  return openMlflow(signal);
}
const says =
  (status: number, body: string | object): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));

test.each([
  [{MLFLOW_TRACKING_USERNAME: "me", MLFLOW_TRACKING_PASSWORD: "secret"}, `Basic ${btoa("me:secret")}`],
  [{MLFLOW_TRACKING_TOKEN: "a-token"}, "Bearer a-token"],
  [{}, undefined],
])("with %j a request carries %s", async (env, authorization) => {
  const seen: (string | undefined)[] = [];
  const {find, act, put} = await clientOf(
    (request, response) => {
      seen.push(`${request.method} ${request.url}`, request.headers.authorization);
      response.end("{}");
    },
    env as Record<string, string>,
  );
  await find("registered-models/get", {name: "a.b"});
  await act("DELETE", "registered-models/alias", {});
  await put("1/run/a b#c.txt", "text");
  expect(seen).toEqual([
    ...["GET /ml/api/2.0/mlflow/registered-models/get?name=a.b", authorization],
    ...["DELETE /ml/api/2.0/mlflow/registered-models/alias", authorization],
    ...["PUT /ml/api/2.0/mlflow-artifacts/artifacts/1/run/a%20b%23c.txt", authorization],
  ]);
});

test("what is not there is undefined, and a path that leads nowhere is an error", async () => {
  const there = await clientOf(says(404, {error_code: "RESOURCE_DOES_NOT_EXIST", message: "no such model"}));
  expect(await there.find("x", {})).toBeUndefined();
  await expect(there.act("POST", "x", {})).rejects.toThrow("answers 404: RESOURCE_DOES_NOT_EXIST: no such model");
  const elsewhere = await clientOf(says(404, "<h1>Not Found</h1>"));
  await expect(elsewhere.find("x", {})).rejects.toThrow(/answers 404: <h1>.*: check spec\.predictions\.mlflow\.url/);
});

test.each([
  [
    401,
    "You are not authenticated.",
    /answers 401: You are not authenticated.*check the login in spec\.predictions\.mlflow\.secret/,
  ],
  [403, "Invalid Host header", /answers 403: Invalid Host header.*--allowed-hosts/],
  [302, "", /answers 302: nothing else: check spec\.predictions\.mlflow\.url, which has to be MLflow's own/],
  [413, "too large", /answers 413: too large: let the proxy in front of MLflow take larger requests/],
  [500, {error_code: "INTERNAL_ERROR", message: "disk full"}, /answers 500: INTERNAL_ERROR: disk full$/],
  [200, "<html>a page</html>", /answers with something that is not MLflow's: check spec\.predictions\.mlflow\.url/],
])("an answer of %i with %j is told with what to do", async (status, body, words) => {
  await expect((await clientOf(says(status, body))).find("x", {})).rejects.toThrow(words);
});

test("a server that never answers is given up", async () => {
  const {act} = await clientOf(() => {}, {}, AbortSignal.timeout(100));
  await expect(act("POST", "x", {})).rejects.toThrow(
    /does not answer: it took too long in all: check spec\.predictions/,
  );
});

test("nothing that listens is told with the address", async () => {
  const client = await clientOf(() => {});
  server!.closeAllConnections();
  await new Promise((resolve) => server!.close(resolve));
  await expect(client.find("x", {})).rejects.toThrow(
    /MLflow http:\/\/127\.0\.0\.1:\d+\/ml does not answer: .*ECONNREFUSED/,
  );
});
