import type {Server} from "node:http";
import type {AddressInfo} from "node:net";
import {afterAll, beforeAll, expect, test} from "vitest";
import {serve} from "../lib/http.ts";
import {loadAssets} from "./assets.ts";
import {createAuth} from "./auth.ts";
import {createSite, json} from "./site.ts";

const TOKEN = "a-token-of-some-length";
let server: Server;
let origin: string;

beforeAll(async () => {
  const api = {"/api/fleet": async (_: unknown, response: any) => json(response, ["a"])};
  server = serve(0, () => true, {}, createSite(createAuth(TOKEN), loadAssets(), api));
  await new Promise((listening) => server.once("listening", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const ask = (path: string, init: RequestInit = {}) => fetch(origin + path, {redirect: "manual", ...init});
const signIn = (token: string) => ask("/login", {method: "POST", body: token});

test("without a session the page leads to the login, and the data is refused", async () => {
  const page = await ask("/");
  expect([page.status, page.headers.get("location")]).toEqual([303, "/login"]);
  for (const path of ["/api/fleet", "/api/none", "/index.html"]) expect((await ask(path)).status).toBe(401);
});

test("the right token opens a session, a wrong one does not", async () => {
  const wrong = await signIn("not-the-token-at-all");
  expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([401, null]);
  const right = await signIn(TOKEN);
  const cookie = right.headers.get("set-cookie")!.split(";")[0]!;
  const answer = await ask("/api/fleet", {headers: {cookie}});
  expect([answer.status, await answer.json()]).toEqual([200, ["a"]]);
});

test("nothing can be changed: other methods are refused, signed in or not", async () => {
  for (const method of ["POST", "PUT", "DELETE"]) {
    const answer = await ask("/api/fleet", {method, headers: {authorization: `Bearer ${TOKEN}`}});
    expect(answer.status).toBe(405);
  }
});

test("files are sent compressed to those who take it so, and are the same", async () => {
  const [plain, packed] = await Promise.all(
    ["identity", "gzip"].map((coding) => ask("/lib/world.json", {headers: {"accept-encoding": coding}})),
  );
  expect([plain!.headers.get("content-encoding"), packed!.headers.get("content-encoding")]).toEqual([null, "gzip"]);
  expect(await packed!.text()).toBe(await plain!.text());
});

test("a body that is too long is refused", async () => {
  expect((await signIn("x".repeat(100_000))).status).toBe(413);
});

test("every answer forbids scripts and data from elsewhere, and frames", async () => {
  for (const path of ["/login", "/", "/api/fleet", "/page/main.ts"]) {
    const policy = (await ask(path)).headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  }
});

test("every module that the page imports is served, without types", async () => {
  const seen = new Set<string>();
  const map = /<script type="importmap">(.*?)<\/script>/.exec(loadAssets().get("/index.html")!.body.toString())!;
  const {imports} = JSON.parse(map[1]!);
  async function follow(path: string) {
    if (seen.has(path)) return;
    seen.add(path);
    const response = await ask(path);
    expect([path, response.status, response.headers.get("content-type")]).toEqual([
      path,
      200,
      "text/javascript; charset=utf-8",
    ]);
    for (const [, name] of (await response.text()).matchAll(/^import .*?from\s*"([^"]+)"/gm)) {
      await follow(imports[name!] ?? new URL(name!, origin + path).pathname);
    }
  }
  await follow("/page/main.ts");
  await follow("/page/login.ts");
  expect(seen).toContain("/lib/lit-html.js");
  expect(seen).toContain("/page/projection.ts");
});
