import {once} from "node:events";
import {type AddressInfo, createServer, type Socket} from "node:net";
import {afterEach, expect, test} from "vitest";
import {Connection} from "./kafkajs-connection.ts";

const server = createServer();
afterEach(() => void server.close());

const answer = (request: Buffer) => {
  const payload = Buffer.from("a whole answer");
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + payload.length, 0);
  // The correlation id follows the length, the key and the version of the API.
  request.copy(head, 4, 8, 12);
  return Buffer.concat([head, payload]);
};

test("after a cut in the middle of an answer the next connection's answers are read from their beginning", async () => {
  let cuts = 1;
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      if (cuts-- <= 0) return socket.write(answer(request));
      return socket.write(answer(request).subarray(0, 10), () => socket.destroySoon());
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const {port} = server.address() as AddressInfo;
  const log = {debug() {}, error() {}, warn() {}, info() {}, namespace: () => log};
  const {default: socketFactory} = await import("kafkajs/src/network/socketFactory.js" as string);
  const {default: Encoder} = await import("kafkajs/src/protocol/encoder.js" as string);
  const connection = new Connection({
    host: "127.0.0.1",
    port,
    logger: log,
    socketFactory: socketFactory(),
    requestTimeout: 2_000,
    connectionTimeout: 2_000,
  });
  const ask = async (): Promise<string> => {
    await connection.connect();
    return connection.send({
      request: {apiKey: 1, apiVersion: 0, apiName: "Ask", encode: async () => new Encoder()},
      response: {decode: async (payload: Buffer) => payload, parse: async (payload: Buffer) => payload.toString()},
    });
  };
  await expect(ask()).rejects.toThrow(/Closed connection/);
  expect(await ask()).toBe("a whole answer");
  expect(await ask()).toBe("a whole answer");
  await connection.disconnect();
});
