import {createServer} from "node:net";
import {PortForward} from "@kubernetes/client-node";
import type {Connection} from "./connection.ts";

/**
 * Opens a port of a pod on this machine while some work is done, as `kubectl port-forward` does.
 *
 * @param work gets the port
 */
export async function forwarded<T>(
  {kubeConfig, namespace}: Pick<Connection, "kubeConfig" | "namespace">,
  pod: string,
  port: number,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const forward = new PortForward(await kubeConfig());
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    forward.portForward(namespace, pod, [port], socket, null, socket).catch((error: Error) => socket.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work((server.address() as {port: number}).port);
  } finally {
    server.close();
    // A connection that is kept alive would keep the process.
    server.unref();
  }
}
