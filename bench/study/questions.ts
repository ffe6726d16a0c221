import {quantile} from "../peers/report.ts";

/** The answers to the questions that every store is asked, in one form whatever the store. */
export interface Answers {
  /** The last hour of a vehicle: time in ms, speed. */
  track: [number, number][];
  /** Of the fleet, by hour: time, events, mean speed. */
  hours: [number, number, number][];
  /** Of the fleet, by day: time, distinct vehicles, 95th percentile of the speed. */
  days: [number, number, number][];
  /** Events. */
  count: number;
}

export type Question = keyof Answers;
const QUESTIONS: Question[] = ["track", "hours", "days", "count"];

/** The questions that a store answers. */
export type Asks = {[Q in Question]?: () => Promise<Answers[Q]>};

export interface Asked {
  /** Median of each. */
  ms: Partial<Record<Question, number>>;
  /** CPU of an answer, ms: of the servers and of what answers. */
  cpuMs: Partial<Record<Question, number>>;
  answers: Partial<Answers>;
}

const WARM = 2;
/** Asked so often at least; what answers at once more often, as CPU is counted in hundredths of a second. */
const [LEAST, MOST, LONG_MS] = [5, 100, 2_000];

/**
 * Asks each question until the store is warm, and then with a watch.
 *
 * @param cpu seconds so far of the servers and of what answers
 */
export async function askAll(asks: Asks, cpu: () => number): Promise<Asked> {
  const asked: Asked = {ms: {}, cpuMs: {}, answers: {}};
  for (const question of QUESTIONS) {
    const ask = asks[question];
    if (!ask) continue;
    for (let time = 0; time < WARM; time++) await ask();
    const times: number[] = [];
    const [before, first] = [cpu(), performance.now()];
    while (times.length < LEAST || (times.length < MOST && performance.now() - first < LONG_MS)) {
      const began = performance.now();
      Object.assign(asked.answers, {[question]: await ask()});
      times.push(performance.now() - began);
    }
    asked.cpuMs[question] = ((cpu() - before) * 1_000) / times.length;
    asked.ms[question] = quantile(times, 0.5);
  }
  return asked;
}

/** How an answer may differ from the first store's. */
interface Slack {
  /** The speed at which the share of a day's events is so much lower and higher than 95 %; by day. */
  quantiles?: [number, number][];
}

const same = (one: number, other: number) => Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(other));

/** @throws Error an answer that is not that of the first store: times and counts exactly, means but for the order of their sum, and sketches within what they promise */
export function expectSame(name: string, answers: Partial<Answers>, first: Answers, {quantiles}: Slack = {}): void {
  const fail = (question: Question, found: unknown, wanted: unknown): never => {
    throw new Error(
      `${name} answers ${question} with ${JSON.stringify(found)}, and not with ${JSON.stringify(wanted)}`,
    );
  };
  for (const question of ["track", "hours", "days"] as const) {
    const rows = answers[question];
    if (!rows) continue;
    if (rows.length !== first[question].length) fail(question, rows.length, first[question].length);
    for (const [at, row] of rows.entries()) {
      const wanted = first[question][at]!;
      const range = question === "days" ? quantiles?.[at] : undefined;
      const isSame = row.every((value, cell) => {
        if (cell < row.length - 1) return value === wanted[cell];
        return range ? value >= range[0] && value <= range[1] : same(value, wanted[cell]!);
      });
      if (!isSame) fail(question, row, wanted);
    }
  }
  if (answers.count !== undefined && answers.count !== first.count) fail("count", answers.count, first.count);
}

export interface Crowd {
  perSecond: number;
  /** ms */
  p95: number;
  /** Of the servers and of what answers, ms for each answer. */
  cpuMs: number;
}

export const ASKERS = 8;
const CROWD_MS = 10_000;

/**
 * People who ask the same question at the same time, each again as soon as there is an answer.
 *
 * @param cpu seconds so far of the servers and of what answers
 */
export async function crowd(ask: () => Promise<unknown>, cpu: () => number): Promise<Crowd> {
  const times: number[] = [];
  const before = cpu();
  const began = performance.now();
  const asker = async () => {
    while (performance.now() - began < CROWD_MS) {
      const from = performance.now();
      await ask();
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({length: ASKERS}, asker));
  const seconds = (performance.now() - began) / 1_000;
  return {
    perSecond: times.length / seconds,
    p95: quantile(times, 0.95),
    cpuMs: ((cpu() - before) * 1_000) / times.length,
  };
}
