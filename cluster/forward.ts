import {rmSync} from "node:fs";
import {connect, createServer, type ListenOptions, type NetConnectOpts, type Server} from "node:net";

/**
 * Passes connections on. A socket file is reachable from every network namespace, so a pair of these joins the host's
 * loopback to the cluster's without touching the host's network.
 */
export function forward(from: ListenOptions, to: NetConnectOpts): Server {
  if (from.path) rmSync(from.path, {force: true});
  const server = createServer({allowHalfOpen: true}, (client) => {
    const target = connect({...to, allowHalfOpen: true} as NetConnectOpts);
    client.pipe(target);
    target.pipe(client);
    client.on("error", () => target.destroy());
    target.on("error", () => client.destroy());
    client.on("close", () => target.destroy());
    target.on("close", () => client.destroy());
  });
  return server.listen(from);
}
