import {createHash} from "node:crypto";
import {createServer, type Server} from "node:http";
import type {AddressInfo, Socket} from "node:net";
import {PassThrough, Readable} from "node:stream";
import {text} from "node:stream/consumers";
import {KubeConfig} from "@kubernetes/client-node";
import {afterEach, expect, test} from "vitest";
import {exec, OutputCutError} from "./exec.ts";

/** An API server whose pods answer with these frames of the protocol of exec: 1 is stdout, 2 stderr, 3 the status. */
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const frame = (channel: number, data: string): Buffer => {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(data)]);
  return Buffer.concat([Buffer.from([0x82, payload.length]), payload]);
};
const status = (result: object) => frame(3, JSON.stringify({metadata: {}, ...result}));
const SUCCESS = status({status: "Success"});
const END = "\u0004";

const podWith = (...frames: Buffer[]): Promise<KubeConfig> =>
  podThat((socket) => {
    for (const each of frames) socket.write(each);
    socket.end();
  });

function podThat(answers: (socket: Socket) => void): Promise<KubeConfig> {
  const server = createServer();
  server.on("upgrade", ({headers}, socket: Socket) => {
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
    );
    answers(socket);
  });
  return listening(server);
}

/** The payloads of a client's frames, which are masked. */
function payloads(bytes: Buffer): {found: Buffer[]; rest: Buffer} {
  const found: Buffer[] = [];
  for (let at = 0; ; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < at + head + 4) return {found, rest: bytes.subarray(at)};
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const end = at + head + 4 + length;
    if (bytes.length < end) return {found, rest: bytes.subarray(at)};
    const mask = bytes.subarray(at + head, at + head + 4);
    found.push(Buffer.from(bytes.subarray(at + head + 4, end).map((byte, index) => byte ^ mask[index % 4]!)));
    at = end;
  }
}

async function listening(server: Server): Promise<KubeConfig> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {name: "c", server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true} as never,
    {name: "u"},
  );
  return config;
}

async function run(config: KubeConfig, stdin: Readable = new PassThrough()): Promise<{code: number; out: string}> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const out = text(stdout);
  const target = {namespace: "n", pod: "p", container: "c"};
  const code = await exec(config, target, ["true"], {stdout, stderr, stdin});
  return {code, out: await out};
}

test("an output that came whole is passed on", async () => {
  const config = await podWith(frame(1, "one\n"), frame(1, `two\n${END}`), SUCCESS);
  expect(await run(config)).toEqual({code: 0, out: "one\ntwo\n"});
});

test("an output that was cut off, of a command that is reported to have succeeded, is an error", async () => {
  await expect(run(await podWith(frame(1, "one\n"), SUCCESS))).rejects.toThrow(OutputCutError);
  await expect(run(await podWith(SUCCESS))).rejects.toThrow("the output of pod p was cut off on its way");
});

test("the exit code of a command that failed is its own", async () => {
  const causes = [{reason: "ExitCode", message: "3"}];
  const config = await podWith(frame(1, END), status({status: "Failure", details: {causes}}));
  expect((await run(config)).code).toBe(3);
});

test("a connection that is lost is named", async () => {
  await expect(run(await podWith(frame(1, "one\n")))).rejects.toThrow("the connection to pod p was lost");
});

test.each([
  [403, "you may not run commands in pods of namespace n: the right to create pods/exec is missing"],
  [400, "the API server cannot run a command in pod p: Unexpected server response: 400"],
])("a server that answers %i is explained", async (code, message) => {
  const config = await listening(createServer((_, response) => response.writeHead(code).end()));
  await expect(run(config)).rejects.toThrow(message);
});

test("what a command reads comes whole, and no faster than the pod takes it", async () => {
  const [chunks, size] = [512, 65_536];
  let [pulled, received, most] = [0, 0, 0];
  const config = await podThat((socket) => {
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      const {found, rest: left} = payloads(Buffer.concat([rest, chunk]));
      rest = left;
      // The first byte is the number of the stream.
      received += found.reduce((sum, {length}) => sum + length - 1, 0);
      most = Math.max(most, pulled - received);
      if (found.at(-1)?.at(-1) === 0x2e)
        for (const each of [frame(1, `${received}${END}`), SUCCESS]) socket.write(each);
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
  });
  async function* source() {
    for (let chunk = 0; chunk < chunks; chunk++) {
      pulled += size;
      yield Buffer.alloc(size, "a");
    }
    yield Buffer.from(".");
    // The stdin of a command has no end.
    await new Promise(() => {});
  }
  expect(await run(config, Readable.from(source()))).toEqual({code: 0, out: `${chunks * size + 1}`});
  expect(most).toBeLessThan((chunks * size) / 2);
});
