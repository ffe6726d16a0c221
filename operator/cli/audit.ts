import type {StoreName} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {listFormat} from "./event-format.ts";
import {printer, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {offMessage, readable, storesOf} from "./stores.ts";

/** It shares the memory of the ingester's container, and holds every event of Kafka: for 2.4 million, 180 MiB in place of 375. */
const PROGRAM = ["--max-semi-space-size=2", "--max-old-space-size=128", "workloads/audit/main.ts"];
/** A store that is on could not be audited. */
const NOT_AUDITED = 2;

/** Compares Kafka with each store, or with the one that is named; returns the exit code. */
export async function audit(
  connection: Connection,
  name: string,
  {store: named, output}: {store: StoreName | undefined; output: string},
): Promise<number> {
  const stores = await storesOf(connection, name);
  const audited = readable(stores, named, "audit");
  if (!named) for (const store of stores.switchedOff) console.error(offMessage(store, "audit"));
  const print = printer(listFormat(output, "audit"));
  const codes: number[] = [];
  for (const store of audited) {
    try {
      const target = await readyPod(connection, name, [ingesterOf(name, store)]);
      codes.push((await runInPod(connection, target, PROGRAM, print)).code);
    } catch (error) {
      console.error(`${store} is not audited: ${(error as Error).message}`);
      codes.push(NOT_AUDITED);
    }
  }
  return Math.max(...codes);
}
