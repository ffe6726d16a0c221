import {EventEmitter, once} from "node:events";
import {type AddressInfo, createServer} from "node:net";
import {expect, test} from "vitest";
import {openPool, postgres} from "./postgres.ts";

test("nothing is asked of the server's session: a pooler refuses it, or gives it to others", () => {
  const {statement_timeout, lock_timeout, options, application_name} = postgres(1_000);
  expect([statement_timeout, lock_timeout, options, application_name]).toEqual(Array(4).fill(undefined));
});

test("a link that breaks while a client is in use does not end the program", () => {
  const pool = openPool(1, 1_000);
  const client = new EventEmitter();
  pool.emit("connect", client as never);
  expect(() => client.emit("error", new Error("Connection terminated unexpectedly"))).not.toThrow();
});

test("the server hears that nobody waits any more for a statement that took too long, and for no other", async () => {
  const heard: Buffer[] = [];
  const server = createServer((socket) => socket.on("data", (data: Buffer) => heard.push(data))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  const client = {host: "127.0.0.1", port, processID: 7, secretKey: -9} as never;
  const pool = openPool(1, 1_000);
  pool.emit("release", undefined as never, client);
  pool.emit("release", new Error("another"), client);
  const [socket] = await Promise.all([
    once(server, "connection").then(([one]) => one),
    pool.emit("release", new Error("Query read timeout"), client),
  ]);
  await once(socket, "end");
  expect(heard.map((data) => [0, 4, 8, 12].map((at) => data.readInt32BE(at)))).toEqual([[16, 80_877_102, 7, -9]]);
  server.close();
});
