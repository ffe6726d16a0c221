import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import {request} from "node:https";
import type {ClusterConfig} from "../../operator/runtime/client.ts";

/** What a troubled API server does with a request: nothing special, or an answer of its own. */
export type Trouble = (incoming: IncomingMessage, answer: ServerResponse, pass: () => void) => void;

/** A proxy before the API server that understands HTTP, so that a test can make the answers wrong. */
export async function openTrouble({server, tls}: ClusterConfig) {
  let trouble: Trouble = (_incoming, _answer, pass) => pass();
  const listener = createServer((incoming, answer) => {
    const pass = () => {
      const {method, url, headers} = incoming;
      const outgoing = request(new URL(url!, server), {method, headers, ca: tls().ca, agent: false}, (got) => {
        answer.writeHead(got.statusCode!, got.headers);
        got.pipe(answer).on("error", () => got.destroy());
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
