import {Resolver} from "node:dns/promises";
import {rmSync} from "node:fs";
import {
  connect,
  createServer,
  type ListenOptions,
  type NetConnectOpts,
  type Server,
  type TcpNetConnectOpts,
} from "node:net";
import {network} from "./instance.ts";

/** More connections than this at once are refused. */
const MAX_CONNECTIONS = 256;

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
  server.maxConnections = MAX_CONNECTIONS;
  return server.listen(from);
}

/** Finds a Service by the cluster's own DNS, at each connection anew. */
export const lookupService: NonNullable<TcpNetConnectOpts["lookup"]> = (name, {all}, done) => {
  const resolver = new Resolver({timeout: 1_000, tries: 3});
  resolver.setServers([network.dnsServiceIP]);
  resolver.resolve4(name).then(
    ([address]) => (all ? done(null, [{address: address!, family: 4}]) : done(null, address!, 4)),
    (error) => done(error, ""),
  );
};
