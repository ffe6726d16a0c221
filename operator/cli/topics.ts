import type {Connection} from "./connection.ts";
import {eventFormat, listFormat, verbatim} from "./event-format.ts";
import type {Target} from "./exec.ts";
import {flags, printer, printList, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {readable, type Stores, storesOf} from "./stores.ts";

/** Every ingester can read the topics. */
const anyIngester = (connection: Connection, name: string, stores: Stores): Promise<Target> =>
  readyPod(
    connection,
    name,
    readable(stores, undefined, "read").map((store) => ingesterOf(name, store)),
  );

/** Prints events as they arrive in Kafka. */
export async function tail(
  connection: Connection,
  name: string,
  vehicle: string | undefined,
  output: string,
): Promise<number> {
  const stores = await storesOf(connection, name);
  const target = await anyIngester(connection, name, stores);
  const args = ["workloads/query/main.ts", "tail", ...flags({vehicle})];
  return (await runInPod(connection, target, args, printer(eventFormat(output, stores.fields)))).code;
}

/** Prints the dead letters, or sends them again. */
export async function deadLetters(
  connection: Connection,
  name: string,
  action: "list" | "replay",
  output: string,
): Promise<number> {
  const target = await anyIngester(connection, name, await storesOf(connection, name));
  const args = ["workloads/deadletters/main.ts", action];
  if (action === "list")
    return printList(connection, target, args, listFormat(output, "deadletters"), "no dead letters");
  return (await runInPod(connection, target, args, printer(verbatim))).code;
}
