import type {Connection} from "./connection.ts";
import {listFormat, verbatim} from "./event-format.ts";
import {printer, printList, runInPod} from "./pod-program.ts";
import {containerOf, readyPod} from "./pods.ts";

const receiverOf = (connection: Connection, name: string) =>
  readyPod(connection, name, [containerOf(name, "alert-receiver")]);

/** Lists the notifications that have not arrived, or sends those that were given up again. */
export async function notifications(
  connection: Connection,
  name: string,
  action: "list" | "resend",
  output: string,
): Promise<number> {
  const target = await receiverOf(connection, name);
  const args = ["workloads/alert-receiver/messages.ts", action];
  if (action === "list")
    return printList(connection, target, args, listFormat(output, "notifications"), "no undelivered notifications");
  return (await runInPod(connection, target, args, printer(verbatim))).code;
}

export async function silentVehicles(connection: Connection, name: string, output: string): Promise<number> {
  const target = await receiverOf(connection, name);
  const args = ["workloads/alert-receiver/vehicles.ts", "list"];
  return printList(connection, target, args, listFormat(output, "vehicles"), "no silent vehicles");
}

export async function retireVehicle(connection: Connection, name: string, vehicle: string): Promise<number> {
  const target = await receiverOf(connection, name);
  const args = ["workloads/alert-receiver/vehicles.ts", "retire", vehicle];
  return (await runInPod(connection, target, args, printer(verbatim))).code;
}
