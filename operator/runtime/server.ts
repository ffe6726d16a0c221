import {createServer, type Server} from "node:http";
import type {Registry} from "prom-client";

/** /metrics, /healthz (the event loop turns) and /readyz (200 once `ready`). */
export function serve(port: number, {registry, ready}: {registry: Registry; ready(): boolean}): Server {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/metrics") response.setHeader("content-type", registry.contentType).end(await registry.metrics());
    else if (path === "/healthz") response.end("ok\n");
    else if (path === "/readyz") response.writeHead(ready() ? 200 : 503).end(ready() ? "ok\n" : "caches are filling\n");
    else response.writeHead(404).end("not found\n");
  });
  return server.listen(port);
}
