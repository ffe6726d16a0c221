import {connect, createServer, type Socket} from "node:net";

/** A TCP door to the API server that a test can cut, close and hold still. */
export interface Door {
  port: number;
  /** Cuts every connection that is open now. */
  cut(): void;
  /** While shut, new connections are ended at once. */
  shut(is: boolean): void;
  close(): Promise<void>;
}

export async function openDoor(server: string): Promise<Door> {
  const target = new URL(server);
  const open = new Set<Socket>();
  let isShut = false;
  const listener = createServer((incoming) => {
    if (isShut) return incoming.destroy();
    const outgoing = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    return undefined;
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const cut = () => open.forEach((socket) => void socket.destroy());
  return {
    port: (listener.address() as {port: number}).port,
    cut,
    shut(is) {
      isShut = is;
      if (is) cut();
    },
    close() {
      cut();
      return new Promise((done) => listener.close(() => done()));
    },
  };
}
