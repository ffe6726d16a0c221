import {text} from "../lib/environment.ts";
import type {Undelivered} from "./deliveries.ts";
import {openStore} from "./store.ts";
import {targets as targetsSchema} from "./targets.ts";

/**
 * `messages list` prints every message that has not arrived as a JSON line. `messages resend` lets those that were given up be
 * sent again by the receiver that runs, save those to receivers that left the spec, and counts both.
 */
const store = openStore();
const tasks: Record<string, () => Promise<void>> = {list, resend};
const task = tasks[process.argv[2] ?? ""];
if (!task) throw new Error(`"${process.argv[2]}" is no task: name list or resend`);
await task();
await store.close();

async function list() {
  for (const message of await store.undelivered()) console.log(JSON.stringify(shown(message)));
}

async function resend() {
  const targets = targetsSchema.parse(JSON.parse(text("TARGETS", "[]")));
  const resent = await store.revive(targets.map(({name}) => name));
  const left = (await store.undelivered()).filter(({dead}) => dead).length;
  console.log(JSON.stringify({resent, left}));
}

function shown({id, target, message: {to, alerts}, created, attempts, dead, problem}: Undelivered) {
  return {
    time: created.toISOString(),
    receiver: target,
    state: dead ? "given up" : "waits",
    attempts,
    alerts: alerts.map(({name, status}) => `${name} ${status}`).join(", "),
    problem: problem ?? "",
    id,
    ...(to ? {to} : {}),
  };
}
