const IN_FLIGHT = 32;

/**
 * Work on each, some at a time. All come to their end, also when one has failed: what is still under way must not be written after what the
 * next try writes.
 */
export async function inLanes<T>(all: T[], work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < all.length && !failed) {
      await work(all[next++]!).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  const lanes = await Promise.allSettled(Array.from({length: Math.min(IN_FLIGHT, all.length)}, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
}
