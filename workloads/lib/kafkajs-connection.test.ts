import {once} from "node:events";
import {type AddressInfo, createServer, type Server, type Socket} from "node:net";
import {afterEach, expect, test, vi} from "vitest";
import {Connection, seedOf} from "./kafkajs-connection.ts";

let server: Server;
afterEach(() => void server.close());

const answer = (request: Buffer) => {
  const payload = Buffer.from("a whole answer");
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + payload.length, 0);
  // The correlation id follows the length, the key and the version of the API.
  request.copy(head, 4, 8, 12);
  return Buffer.concat([head, payload]);
};

async function connectionTo(port: number, host = "127.0.0.1") {
  const log = {debug() {}, error() {}, warn() {}, info() {}, namespace: () => log};
  const {default: socketFactory} = await import("kafkajs/src/network/socketFactory.js" as string);
  const {default: Encoder} = await import("kafkajs/src/protocol/encoder.js" as string);
  const connection = new Connection({
    host,
    port,
    logger: log,
    socketFactory: socketFactory(),
    requestTimeout: 2_000,
    connectionTimeout: 2_000,
  });
  return {
    disconnect: () => connection.disconnect(),
    async ask(): Promise<string> {
      await connection.connect();
      return connection.send({
        request: {apiKey: 1, apiVersion: 0, apiName: "Ask", encode: async () => new Encoder()},
        response: {decode: async (payload: Buffer) => payload, parse: async (payload: Buffer) => payload.toString()},
      });
    },
  };
}

async function listening(answers: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    answers(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

test("after a cut in the middle of an answer the next connection's answers are read from their beginning", async () => {
  let cuts = 1;
  const port = await listening((socket) =>
    socket.on("data", (request) => {
      if (cuts-- <= 0) return socket.write(answer(request));
      return socket.write(answer(request).subarray(0, 10), () => socket.destroySoon());
    }),
  );
  const {ask, disconnect} = await connectionTo(port);
  await expect(ask()).rejects.toThrow(/Closed connection/);
  expect(await ask()).toBe("a whole answer");
  expect(await ask()).toBe("a whole answer");
  await disconnect();
});

test("a connection by which no answer came in time is given up for another", async () => {
  let dead = 1;
  const port = await listening((socket) => {
    if (dead-- > 0) socket.resume();
    else socket.on("data", (request) => socket.write(answer(request)));
  });
  const {ask, disconnect} = await connectionTo(port);
  await expect(ask()).rejects.toThrow(/timed out/);
  await vi.waitFor(async () => expect(await ask()).toBe("a whole answer"), 50_000);
  await disconnect();
});

test("a broker at an IPv6 address is found by the list that a client is given", async () => {
  server = createServer((socket) => socket.on("data", (request) => socket.write(answer(request)))).listen(0, "::1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  expect(seedOf("broker.example:9092")).toBe("broker.example:9092");
  const [host, after] = seedOf(`[::1]:${port}`).split(":");
  expect(Number(after)).toBe(port);
  const connection = await connectionTo(port, host);
  expect(await connection.ask()).toBe("a whole answer");
  await connection.disconnect();
});
