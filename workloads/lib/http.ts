import {createServer, type IncomingMessage, type Server, type ServerResponse} from "node:http";
import {register} from "prom-client";

type Route = () => Promise<unknown>;
/** Answers a request that is no route of ours. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const notFound: Handler = async (_, response) => {
  response.writeHead(404).end("not found\n");
};

/**
 * Serves /metrics, /healthz (the event loop turns), /readyz (200 once `ready` is true) and routes that answer JSON; `other`
 * answers the rest.
 *
 * @param beforeMetrics sets figures that are read for each scrape, so that a part that hangs cannot hide behind its last word
 */
export function serve(
  port: number,
  ready: () => boolean,
  routes: Record<string, Route> = {},
  other: Handler = notFound,
  beforeMetrics: () => Promise<void> = async () => {},
): Server {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const route = routes[path];
    try {
      if (path === "/metrics") {
        await beforeMetrics();
        response.setHeader("content-type", register.contentType).end(await register.metrics());
      } else if (path === "/healthz") response.end("ok\n");
      else if (path === "/readyz") response.writeHead(ready() ? 200 : 503).end(ready() ? "ok\n" : "not ready\n");
      else if (route) response.setHeader("content-type", "application/json").end(JSON.stringify(await route()));
      else await other(request, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(503);
      response.end(`${(error as Error).message}\n`);
    }
  });
  return server.listen(port);
}
