import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {afterEach, expect, test} from "vitest";
import {openSuperset} from "./client.ts";

let server: Server;
afterEach(() => new Promise<unknown>((resolve) => server.close(resolve)));

/** Superset with a login, of which each session is good for so many requests; notes what it is asked. */
async function superset(requests = Number.POSITIVE_INFINITY, password = "right") {
  const asked: string[] = [];
  let [session, left] = [0, 0];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = (status: number, json: object) => response.writeHead(status).end(JSON.stringify(json));
    asked.push(request.url!);
    if (request.url === "/api/v1/security/login") {
      if (JSON.parse(body).password !== password) return answer(401, {message: "Not authorized"});
      [session, left] = [session + 1, requests];
      return answer(200, {access_token: String(session)});
    }
    if (request.url === "/api/v1/security/csrf_token/") {
      response.setHeader("set-cookie", "session=of-it; HttpOnly");
      return answer(200, {result: "csrf"});
    }
    const {authorization, cookie} = request.headers;
    if (authorization !== `Bearer ${session}` || left-- <= 0) return answer(401, {msg: "Token has expired"});
    if (request.method !== "GET" && (request.headers["x-csrftoken"] !== "csrf" || cookie !== "session=of-it"))
      return answer(400, {message: "The CSRF token is missing"});
    return request.url === "/there" ? answer(200, {method: request.method}) : answer(404, {message: "Not found"});
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logins = () => asked.filter((path) => path.endsWith("/login")).length;
  return {client: openSuperset(url, "keeper", "right"), logins};
}

test("one login is for all requests, whatever is not there or refused", async () => {
  const {client, logins} = await superset();
  expect(await client.find("/missing")).toBeUndefined();
  await expect(client.put("/missing", {})).rejects.toThrow("404: Not found");
  expect(await client.post("/there", {})).toEqual({method: "POST"});
  expect(logins()).toBe(1);
});

test("a session that has ended is another, once", async () => {
  const {client, logins} = await superset(1);
  for (const _ of [1, 2, 3]) expect(await client.get("/there")).toEqual({method: "GET"});
  expect(logins()).toBe(3);
});

test("a password that is wrong is Superset's own word, and tried anew the next time", async () => {
  const {client, logins} = await superset(1, "another");
  await expect(client.get("/there")).rejects.toThrow("401: Not authorized");
  const before = logins();
  await expect(client.get("/there")).rejects.toThrow("401: Not authorized");
  expect(logins()).toBeGreaterThan(before);
});
