import type {StoreName} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {eventFormat} from "./event-format.ts";
import {outputOf} from "./exec.ts";
import {flags, printer, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {readable, type Stores, storesOf} from "./stores.ts";

const PROGRAM = "workloads/query/main.ts";

interface Wanted {
  store: StoreName | undefined;
  vehicle: string | undefined;
  since: string | undefined;
  until: string | undefined;
  limit: string;
}

/** Prints the newest events of a store; returns the exit code. */
export async function query(
  connection: Connection,
  name: string,
  {store, output, vehicle, since, until, limit}: Wanted & {output: string},
): Promise<number> {
  const stores = await storesOf(connection, name);
  const [source] = readable(stores, store, "query");
  const target = await readyPod(connection, name, [ingesterOf(name, source!)]);
  const print = printer(eventFormat(output, stores.fields));
  const {code, lines} = await runInPod(
    connection,
    target,
    [PROGRAM, "query", ...flags({vehicle, since, until, limit})],
    print,
  );
  if (code === 0 && lines === 0 && vehicle)
    console.error(vehicleMessage(vehicle, await newestOf(connection, name, stores, vehicle)));
  return code;
}

/** The newest event of a vehicle in a store: its time, null without any, or why the store gave no answer. */
interface Newest {
  store: StoreName;
  newest?: string | null;
  problem?: string;
}

const newestOf = (connection: Connection, name: string, {on}: Stores, vehicle: string): Promise<Newest[]> =>
  Promise.all(
    on.map(async (store) => {
      try {
        const target = await readyPod(connection, name, [ingesterOf(name, store)]);
        const args = [PROGRAM, "newest", "--vehicle", vehicle];
        return {store, newest: JSON.parse(await outputOf(await connection.kubeConfig(), target, args)).newest};
      } catch (error) {
        return {store, problem: (error as Error).message};
      }
    }),
  );

/** Whether a vehicle without events in the range is unknown altogether. */
export function vehicleMessage(vehicle: string, answers: readonly Newest[]): string {
  const newest = answers.flatMap(({store, newest: time}) => (time ? [`${time} (${store})`] : []));
  if (newest.length > 0) return `the newest event of vehicle ${vehicle} is from ${newest.join(", ")}`;
  const without = answers.filter(({problem}) => problem === undefined).map(({store}) => store);
  const problems = answers.flatMap(({store, problem}) => (problem ? [`${store} gave no answer: ${problem}`] : []));
  const unknown = `vehicle ${vehicle} is unknown: no event of it in ${without.join(" or ")}`;
  return [...(without.length > 0 ? [unknown] : []), ...problems].join("\n");
}
