import type {Connection} from "./connection.ts";
import {eventFormat, verbatim} from "./event-format.ts";
import type {Target} from "./exec.ts";
import {flags, printer, printList, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {readable, storesOf} from "./stores.ts";

/** Every ingester can read the topics. */
async function anyIngester(connection: Connection, name: string): Promise<Target> {
  const stores = readable(await storesOf(connection, name), undefined, "read");
  return readyPod(
    connection,
    name,
    stores.map((store) => ingesterOf(name, store)),
  );
}

/** Prints events as they arrive in Kafka. */
export async function tail(
  connection: Connection,
  name: string,
  vehicle: string | undefined,
  output: string,
): Promise<number> {
  const target = await anyIngester(connection, name);
  const args = ["workloads/query/main.ts", "tail", ...flags({vehicle})];
  return (await runInPod(connection, target, args, printer(eventFormat(output, "events")))).code;
}

/** Prints the dead letters, or sends them again. */
export async function deadLetters(
  connection: Connection,
  name: string,
  action: "list" | "replay",
  output: string,
): Promise<number> {
  const target = await anyIngester(connection, name);
  const args = ["workloads/deadletters/main.ts", action];
  if (action === "list")
    return printList(connection, target, args, eventFormat(output, "deadletters"), "no dead letters");
  return (await runInPod(connection, target, args, printer(verbatim))).code;
}
