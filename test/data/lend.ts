import {once} from "node:events";
import {type AddressInfo, connect, createServer} from "node:net";

/** What is started for those who borrow it, and how it is stopped. */
interface Lent<T> {
  value: T;
  stop(): Promise<void>;
}

/** Between two files of tests nobody borrows for a moment. */
const IDLE_MS = 30_000;

/**
 * Starts something when a process first borrows it, and stops it when none has it any more: vitest sets all projects up before it runs the
 * first, and servers that idle slow the others down.
 */
export async function lend<T>(start: () => Promise<Lent<T>>): Promise<{port: number; close(): Promise<void>}> {
  let lent: Promise<Lent<T>> | undefined;
  let stopped = Promise.resolve();
  let borrowers = 0;
  let idle: NodeJS.Timeout | undefined;
  const stop = () => {
    const ending = lent;
    lent = undefined;
    stopped = stopped.then(async () => (await ending?.catch(() => undefined))?.stop());
    return stopped;
  };
  const server = createServer((socket) => {
    borrowers++;
    clearTimeout(idle);
    socket
      .on("error", () => {})
      .on("close", () => {
        if (--borrowers === 0) idle = setTimeout(() => void stop(), IDLE_MS).unref();
      });
    lent ??= stopped.then(start);
    lent.then(
      ({value}) => socket.write(`${JSON.stringify({value})}\n`),
      (error) => socket.write(`${JSON.stringify({error: String(error)})}\n`),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      clearTimeout(idle);
      await stop();
    },
  };
}

/** Borrows until this process ends. */
export async function borrow<T>(port: number): Promise<T> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let text = "";
  while (!text.endsWith("\n")) text += (await once(socket, "data"))[0];
  socket.unref();
  const {value, error} = JSON.parse(text);
  if (error) throw new Error(error);
  return value;
}
