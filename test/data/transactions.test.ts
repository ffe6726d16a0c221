import type {Producer, Transaction} from "kafkajs";
import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {eventText} from "../../workloads/telemetry.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {stack} from "./shared.ts";
import {kafkaOf} from "./stack.ts";
import type {Trial} from "./trial.ts";

const START = Date.UTC(2026, 10, 3);
let seconds = 0;

const eventOf = (vehicle: string) =>
  eventText({
    vehicle_id: vehicle,
    ts: new Date(START + seconds++ * 1_000),
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: 20,
    humidity: 50,
  });

/** One event outside of any transaction, or the next ones of a transaction, which ends by its mark. */
interface Sent {
  key: string;
  value: string;
}

/** Transactions of several producers on one topic; whatever is open at the end is aborted. */
async function open(trial: Trial, producers: number) {
  const vehicle = `transaction-${process.pid}-${trial.topic}`;
  const kafka = kafkaOf(stack);
  const all: Producer[] = await Promise.all(
    Array.from({length: producers}, async (_, index) => {
      const producer = kafka.producer({
        transactionalId: `${trial.topic}-${index}`,
        maxInFlightRequests: 1,
        idempotent: true,
        transactionTimeout: 60_000,
      });
      await producer.connect();
      return producer;
    }),
  );
  const begun = new Map<number, {transaction: Transaction; sent: Sent[]}>();
  return {
    /** `more` makes an event that is no row of the table's columns alone, and as large as one likes. */
    async send(index: number, count = 1, more = "") {
      if (!begun.has(index)) begun.set(index, {transaction: await all[index]!.transaction(), sent: []});
      const {transaction, sent} = begun.get(index)!;
      for (let left = count; left > 0; left--) {
        const text = eventOf(vehicle);
        const value = more ? `${text.slice(0, -1)},"note":"${more}"}` : text;
        sent.push({key: vehicle, value});
        await transaction.send({topic: trial.topic, messages: [{key: vehicle, value}]});
      }
    },
    async commit(index: number) {
      const {transaction, sent} = begun.get(index)!;
      await transaction.commit();
      for (const {key, value} of sent) trial.acknowledge(key, value);
      begun.delete(index);
    },
    async abort(index: number) {
      await begun.get(index)!.transaction.abort();
      begun.delete(index);
    },
    async close() {
      for (const index of begun.keys()) await this.abort(index);
      for (const producer of all) await producer.disconnect();
    },
  };
}

/** The audit's own words; its reader goes by the marks of transactions and does not share the ingester's filter. */
async function audit(trial: Trial) {
  const ended = await runProgram("workloads/audit/main.ts", [], trial.environment).catch((error) => error);
  return JSON.parse(/\{.*\}/.exec(typeof ended === "string" ? ended : ended.message)![0]);
}

/** A commit is acknowledged before its mark is in the topic, and until then nothing waits for the group there. */
const holds = (trial: Trial, rows: number) =>
  waitFor(`${rows} rows`, 240_000, async () => (await trial.verdict()).rows >= rows);

describe.each(DATABASES)("%s: transactions", (store) => {
  test("of producers that interleave, only what they commit reaches the store, and the audit agrees", async ({
    open: trialOf,
  }) => {
    const trial = await trialOf(store, {partitions: 1});
    const {send, commit, abort, close} = await open(trial, 3);
    for (let round = 0; round < 5; round++) {
      // The one that began first ends last: the broker's list is by ends.
      await send(0);
      await send(1);
      await send(0, 2);
      await send(2, 2);
      await abort(1);
      await send(1);
      await commit(2);
      await send(0);
      await abort(0);
      await send(0);
      await commit(1);
      await commit(0);
    }
    await close();
    await trial.start();
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({acknowledged: 20, rows: 20, lost: 0, extra: 0, altered: 0});
    expect(await audit(trial)).toMatchObject({events: 20, missing: 0, extra: 0, altered: 0, older: 0});
  });

  test("of transactions that are larger than a fetch nothing reaches the store unless it is committed", async ({
    open: trialOf,
  }) => {
    const trial = await trialOf(store, {partitions: 1});
    const {send, commit, abort, close} = await open(trial, 2);
    await trial.start();
    for (let round = 0; round < 30; round++) for (const index of [0, 1]) await send(index, 1, "x".repeat(200_000));
    await abort(1);
    await abort(0);
    await send(1, 3);
    await commit(1);
    await close();
    await holds(trial, 3);
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({acknowledged: 3, rows: 3, lost: 0, extra: 0});
    expect(await audit(trial)).toMatchObject({events: 3, missing: 0, extra: 0});
  });

  test("what is behind an open transaction comes when it ends, and the audit does not wait for it", async ({
    open: trialOf,
  }) => {
    const trial = await trialOf(store, {partitions: 1});
    const {send, commit, close} = await open(trial, 2);
    await trial.start();
    await send(0);
    await commit(0);
    await send(0);
    await send(1);
    await commit(1);
    await holds(trial, 1);
    expect(await audit(trial)).toMatchObject({events: 1, missing: 0, extra: 0});
    await commit(0);
    await holds(trial, 3);
    await trial.caughtUp();
    await close();
    expect(await trial.verdict()).toMatchObject({acknowledged: 3, rows: 3, lost: 0, extra: 0});
    expect(await audit(trial)).toMatchObject({events: 3, missing: 0, extra: 0});
  });
});
