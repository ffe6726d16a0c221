import {waitFor} from "../cluster/shell.ts";

interface Settled {
  /** The count at the first look that was not 0, and the last one. */
  first: number;
  seen: number;
  /** Between those two looks. */
  ms: number;
}

/** Follows a count from its first look above 0 until it has stood still for `stillMs`. */
export async function untilSettled(
  what: string,
  limitMs: number,
  stillMs: number,
  count: () => Promise<number>,
): Promise<Settled> {
  const first = await waitFor(`the first ${what}`, limitMs, async () => (await count()) || undefined);
  const start = performance.now();
  let [seen, at] = [first, start];
  await waitFor(`the last ${what}`, limitMs, async () => {
    const now = await count();
    if (now > seen) [seen, at] = [now, performance.now()];
    return performance.now() - at > stillMs;
  });
  return {first, seen, ms: at - start};
}
