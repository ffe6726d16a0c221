import {connect, createServer, type Server, type Socket} from "node:net";
import {setTimeout as sleep} from "node:timers/promises";

/** What a link can do to those who use it. */
type LinkFault =
  /** Every byte comes this much later. */
  | {kind: "latency"; ms: number}
  /** Connections are cut, and new ones after 200 ms each. */
  | {kind: "reset"}
  /** All connections are cut, again and again, after such a time each: some of them while they are being set up. */
  | {kind: "flapping"; ms: number}
  /** Connections are accepted and stay; nothing goes through, either way, and nobody is told. */
  | {kind: "blackhole"}
  /** What the client sends arrives; the answers do not. */
  | {kind: "half-open"}
  /** Connections that are open now have died without a word, for good; new ones are sound. */
  | {kind: "dead"}
  | {kind: "bandwidth"; bytesPerSecond: number}
  /** Bytes come in small pieces, each a moment later. */
  | {kind: "slicer"; bytes: number}
  /** Connections are refused. */
  | {kind: "down"};

export const LINK_FAULTS: LinkFault[] = [
  {kind: "latency", ms: 200},
  {kind: "reset"},
  {kind: "flapping", ms: 150},
  {kind: "blackhole"},
  {kind: "half-open"},
  {kind: "bandwidth", bytesPerSecond: 60_000},
  {kind: "slicer", bytes: 700},
  {kind: "down"},
];

export interface Link {
  port: number;
  /** Sets a fault, or heals. Healing cuts the connections that the fault has left hanging, as a network that comes back does in the end. */
  set(fault?: LinkFault): Promise<void>;
  /** Connections that are open now. */
  open(): number;
  close(): Promise<void>;
}

/** A TCP link to a server, whose faults are those of networks: `set` takes effect on open connections at once. */
export async function openLink(address: string, to: number, at = 0): Promise<Link> {
  let fault: LinkFault | undefined;
  const pairs = new Set<[Socket, Socket]>();
  const dead = new WeakSet<Socket>();
  const accept = (client: Socket) => {
    const server = connect(to, address);
    const pair: [Socket, Socket] = [client, server];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end).setNoDelay(true);
    void carry(client, server, "up").catch(end);
    void carry(server, client, "down").catch(end);
    if (fault?.kind === "reset") setTimeout(() => client.resetAndDestroy(), 200);
  };
  /** One direction: what is read waits here until the fault lets it go on, so the sender feels it. */
  async function carry(from: Socket, into: Socket, way: "up" | "down") {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      while (dead.has(from) && !from.destroyed) await sleep(50);
      while (fault?.kind === "blackhole" || (fault?.kind === "half-open" && way === "down")) await sleep(50);
      const now = fault;
      if (now?.kind === "latency") await sleep(now.ms);
      if (now?.kind === "bandwidth") await sleep((chunk.length / now.bytesPerSecond) * 1_000);
      if (now?.kind === "slicer") {
        for (let at = 0; at < chunk.length && fault === now; at += now.bytes) {
          await write(into, chunk.subarray(at, at + now.bytes));
          await sleep(1);
          if (fault !== now) await write(into, chunk.subarray(at + now.bytes));
        }
      } else await write(into, chunk);
    }
    into.end();
  }
  const server = createServer(accept);
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, () => resolve()));
  await listen(at);
  const {port} = server.address() as {port: number};
  const cut = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  };
  async function flap(now: LinkFault & {kind: "flapping"}) {
    while (fault === now) {
      cut();
      await sleep(now.ms * Math.random());
    }
  }
  return {
    port,
    async set(next) {
      const [before, hanging] = [fault?.kind, ["blackhole", "half-open"]];
      fault = next;
      if (before === "down" && next?.kind !== "down") await listen(port);
      if (next?.kind === "down" && before !== "down") await closed(server, cut);
      if (next?.kind === "flapping") void flap(next);
      if (next?.kind === "dead") for (const socket of [...pairs].flat()) dead.add(socket);
      if (next?.kind === "reset" || (!next && before && hanging.includes(before))) cut();
    },
    open: () => pairs.size,
    async close() {
      fault = undefined;
      if (server.listening) await closed(server, cut);
    },
  };
}

const closed = (server: Server, cut: () => void) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    cut();
  });

const write = (socket: Socket, bytes: Buffer) =>
  new Promise<void>((resolve) => {
    if (bytes.length === 0 || socket.destroyed || socket.write(bytes)) resolve();
    else socket.once("drain", resolve).once("close", resolve);
  });
