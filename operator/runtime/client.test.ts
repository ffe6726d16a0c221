import {once} from "node:events";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {text} from "node:stream/consumers";
import {afterEach, expect, test} from "vitest";
import {createClient} from "./client.ts";
import {builtin} from "./types.ts";

const BUSY = JSON.stringify({kind: "Status", reason: "TooManyRequests", message: "storage is (re)initializing"});
const metadata = {name: "settings", namespace: "fleet"};
const settings = {apiVersion: "v1", kind: "ConfigMap", metadata, data: {speed: "80"}};
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server that answers 429 `times` times, and then with what it was sent. */
async function busyServer(
  times: number,
  headers: Record<string, string>,
  signal?: AbortSignal,
  term?: () => Promise<AbortSignal>,
) {
  const bodies: string[] = [];
  const server = createServer(async (incoming, answer) => {
    const body = await text(incoming);
    if (bodies.push(body) <= times) answer.writeHead(429, headers).end(BUSY);
    else answer.end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  const config = {server: `http://127.0.0.1:${port}`, namespace: "fleet", tls: () => ({}), headers: async () => ({})};
  const client = createClient(config, () => {}, signal, term);
  ends.push(
    () => client.close(),
    () => server.close(),
  );
  return {client, bodies};
}

test("a write that a busy server asks to send again later is sent again, whole", async () => {
  const {client, bodies} = await busyServer(2, {"retry-after": "1"});
  expect(await client.apply(builtin.configMap, settings, {fieldManager: "test"})).toEqual(settings);
  expect(bodies).toEqual(Array(3).fill(JSON.stringify(settings)));
});

/** A server that gives every request one answer, and a client of it. */
async function answering(body: object, root = "") {
  const paths: string[] = [];
  const server = createServer((incoming, answer) => {
    paths.push(incoming.url!);
    answer.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  const where = {server: `http://127.0.0.1:${port}${root}`, namespace: "fleet"};
  const client = createClient({...where, tls: () => ({}), headers: async () => ({})});
  ends.push(
    () => client.close(),
    () => server.close(),
  );
  return {client, paths};
}

test("an API server below a path is asked there", async () => {
  const {client, paths} = await answering(settings, "/k8s/clusters/one");
  expect(await client.get(builtin.configMap, metadata)).toEqual(settings);
  expect(paths).toEqual(["/k8s/clusters/one/api/v1/namespaces/fleet/configmaps/settings"]);
});

test("an empty list of metadata has no items", async () => {
  const {client} = await answering({kind: "PartialObjectMetadataList", metadata: {resourceVersion: "7"}, items: null});
  const listed = await client.list(builtin.configMap, {namespace: "fleet", metadataOnly: true});
  expect(listed).toEqual({items: [], resourceVersion: "7", continue: undefined});
});

test.each([
  ["does not say when", {}],
  ["asks for longer than a caller would wait", {"retry-after": "3600"}],
])("a busy server that %s is the caller's to judge", async (_, headers) => {
  const {client, bodies} = await busyServer(1, headers as Record<string, string>);
  await expect(client.get(builtin.configMap, metadata)).rejects.toMatchObject({status: 429});
  expect(bodies).toHaveLength(1);
});

test("a stop ends the wait for a busy server", async () => {
  const stop = new AbortController();
  const {client, bodies} = await busyServer(Number.POSITIVE_INFINITY, {"retry-after": "20"}, stop.signal);
  const got = client.get(builtin.configMap, metadata).catch((error: Error) => error);
  setTimeout(() => stop.abort(), 200);
  expect(await got).toMatchObject({status: 429});
  expect(bodies).toHaveLength(1);
}, 10_000);

test("each try of a write waits until it is allowed, a read does not", async () => {
  const allowed = [Promise.withResolvers<AbortSignal>(), Promise.withResolvers<AbortSignal>()];
  let asked = 0;
  const term = () => allowed[asked++]!.promise;
  const {client, bodies} = await busyServer(1, {"retry-after": "1"}, undefined, term);
  const applied = client.apply(builtin.configMap, settings, {fieldManager: "test"});
  await expect.poll(() => asked, {timeout: 30_000}).toBe(1);
  expect(bodies).toEqual([]);
  allowed[0]!.resolve(new AbortController().signal);
  await expect.poll(() => asked, {timeout: 30_000}).toBe(2);
  expect(bodies).toEqual([JSON.stringify(settings)]);
  await expect(client.get(builtin.configMap, metadata)).rejects.toThrow("is not JSON");
  allowed[1]!.resolve(new AbortController().signal);
  expect(await applied).toEqual(settings);
});

test("a write under way ends when it is no longer allowed", async () => {
  const term = new AbortController();
  const server = createServer(() => term.abort(new Error("no longer the leader"))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  const config = {server: `http://127.0.0.1:${port}`, namespace: "fleet", tls: () => ({}), headers: async () => ({})};
  const answers: unknown[] = [];
  const client = createClient(
    config,
    (_, code) => answers.push(code),
    undefined,
    async () => term.signal,
  );
  ends.push(
    () => client.close(),
    () => server.close(),
  );
  await expect(client.apply(builtin.configMap, settings, {fieldManager: "test"})).rejects.toThrow(
    "no longer the leader",
  );
  expect(answers).toEqual([]);
});
