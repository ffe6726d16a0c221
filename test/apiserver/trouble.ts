import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import {request} from "node:https";
import type {ClusterConfig} from "../../operator/runtime/client.ts";

/** What a troubled API server does with a request: pass it, with an answer that may come late in all its parts, or answer itself. */
export type Trouble = (incoming: IncomingMessage, answer: ServerResponse, pass: (lateMs?: number) => void) => void;

/** A proxy before the API server that understands HTTP, so that a test can make the answers wrong. */
export async function openTrouble({server, tls}: ClusterConfig) {
  let trouble: Trouble = (_incoming, _answer, pass) => pass();
  const listener = createServer((incoming, answer) => {
    const pass = (lateMs = 0) => {
      const {method, url, headers} = incoming;
      const outgoing = request(new URL(url!, server), {method, headers, ca: tls().ca, agent: false}, (got) => {
        // Equal delays keep their order.
        const late = (work: () => void) => void setTimeout(work, lateMs);
        late(() => answer.writeHead(got.statusCode!, got.headers));
        got.on("data", (chunk) => late(() => answer.write(chunk))).on("end", () => late(() => answer.end()));
        got.on("error", () => answer.destroy());
      });
      outgoing.on("error", () => answer.destroy());
      answer.on("close", () => outgoing.destroy());
      incoming.pipe(outgoing);
    };
    trouble(incoming, answer, pass);
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  return {
    server: `http://127.0.0.1:${(listener.address() as {port: number}).port}`,
    /** From now on; undefined: all is well. Open watches are cut. */
    set(wanted?: Trouble) {
      trouble = wanted ?? ((_incoming, _answer, pass) => pass());
      listener.closeAllConnections();
    },
    close() {
      listener.closeAllConnections();
      return new Promise<void>((done) => listener.close(() => done()));
    },
  };
}
