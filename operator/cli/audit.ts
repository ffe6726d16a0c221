import type {StoreName} from "../../api/stores.ts";
import {enabledOf} from "../../cdk8s/component.ts";
import {components} from "../components/all.ts";
import type {Connection} from "./connection.ts";
import {listFormat} from "./event-format.ts";
import {printer, runInPod} from "./pod-program.ts";
import {containerOf, ingesterOf, readyPod} from "./pods.ts";
import {offMessage, readable, storesOf} from "./stores.ts";

/** It shares the memory of the ingester's container, and holds every event of Kafka: for 2.4 million, 180 MiB in place of 375. */
const PROGRAM = ["--max-semi-space-size=2", "--max-old-space-size=128", "workloads/audit/main.ts"];
/** A store that is on could not be audited. */
const NOT_AUDITED = 2;

/** Compares Kafka with each store, or with the one that is named; returns the exit code. */
export async function audit(
  connection: Connection,
  name: string,
  {store: named, output}: {store: string | undefined; output: string},
): Promise<number> {
  const stores = await storesOf(connection, name);
  const {spec} = stores;
  const others = components.filter((each) => each.audit && (!named || each.name === named));
  const off = others.find((each) => each.name === named && !each.enabled(spec));
  if (off) throw new Error(`${off.name}: spec.${off.name}.enabled is false, so it holds nothing to audit`);
  const audited = named && others.length > 0 ? [] : readable(stores, named as StoreName | undefined, "audit");
  const programs = [
    ...audited.map((store) => ({store: store as string, container: ingesterOf(name, store), program: PROGRAM})),
    ...enabledOf(others, spec).map(({name: store, audit}) => ({
      store,
      container: containerOf(name, audit!.container),
      program: audit!.program,
    })),
  ];
  if (!named) for (const store of stores.switchedOff) console.error(offMessage(store, "audit"));
  const print = printer(listFormat(output, "audit"));
  const codes: number[] = [];
  for (const {store, container, program} of programs) {
    try {
      const target = await readyPod(connection, name, [container]);
      codes.push((await runInPod(connection, target, program, print)).code);
    } catch (error) {
      console.error(`${store} is not audited: ${(error as Error).message}`);
      codes.push(NOT_AUDITED);
    }
  }
  return Math.max(...codes);
}
