import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";

interface Told {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
}

/** As much of Alertmanager as hears of alerts. */
export async function hear(port = 0): Promise<{told: Told[]; port: number; server: Server}> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    told.push(...JSON.parse(body));
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {told, port: (server.address() as AddressInfo).port, server};
}
