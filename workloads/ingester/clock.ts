/** The largest of what was seen in the last minutes: a figure that a scrape cannot miss, and that ends with its cause. */
export function largestOf(minutes: number) {
  const slots = new Map<number, number>();
  const minuteOf = (now: number) => Math.floor(now / 60_000);
  return {
    see(value: number, now: number): void {
      const minute = minuteOf(now);
      slots.set(minute, Math.max(value, slots.get(minute) ?? 0));
    },
    /** 0 when nothing was seen. */
    of(now: number): number {
      for (const minute of slots.keys()) if (minute <= minuteOf(now) - minutes) slots.delete(minute);
      return Math.max(0, ...slots.values());
    },
  };
}
