import {createServer, type Server} from "node:http";
import {register} from "prom-client";

export type Route = () => Promise<unknown>;

/**
 * Serves /metrics, /healthz (the event loop turns), /readyz (200 once `ready` is true) and routes that answer JSON.
 */
export function serve(port: number, ready: () => boolean, routes: Record<string, Route> = {}): Server {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const route = routes[path];
    try {
      if (path === "/metrics") response.setHeader("content-type", register.contentType).end(await register.metrics());
      else if (path === "/healthz") response.end("ok\n");
      else if (path === "/readyz") response.writeHead(ready() ? 200 : 503).end(ready() ? "ok\n" : "not ready\n");
      else if (route) response.setHeader("content-type", "application/json").end(JSON.stringify(await route()));
      else response.writeHead(404).end("not found\n");
    } catch (error) {
      response.writeHead(503).end(`${(error as Error).message}\n`);
    }
  });
  return server.listen(port);
}
