import type {Connection} from "./connection.ts";
import {listFormat, verbatim} from "./event-format.ts";
import {flags, printer, printList, runInPod} from "./pod-program.ts";
import {readyPod} from "./pods.ts";

const PROGRAM = "workloads/predictions/versions.ts";
const scorerOf = (connection: Connection, name: string) =>
  readyPod(connection, name, [{app: `${name}-scorer`, container: "scorer"}]);

export async function listVersions(
  connection: Connection,
  name: string,
  model: string | undefined,
  output: string,
): Promise<number> {
  const target = await scorerOf(connection, name);
  const format = listFormat(output, "models");
  return printList(
    connection,
    target,
    [PROGRAM, "list", ...flags({model})],
    format,
    "no versions yet: the rules predict",
  );
}

/** Shows the card of a version, or has another one predict. */
export async function changeVersion(
  connection: Connection,
  name: string,
  task: "card" | "promote" | "rollback",
  which: {model: string | undefined; number: string | undefined},
): Promise<number> {
  const target = await scorerOf(connection, name);
  return (await runInPod(connection, target, [PROGRAM, task, ...flags(which)], printer(verbatim))).code;
}
