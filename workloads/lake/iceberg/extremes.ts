/** The least and the most of values that are compared by `<`: numbers, bigints of any size among them, which Math does not take. */
export function extremesOf<T extends number | bigint | string>(
  values: Iterable<T>,
): {least: T | undefined; most: T | undefined} {
  let least: T | undefined;
  let most: T | undefined;
  for (const value of values) {
    if (least === undefined || value < least) least = value;
    if (most === undefined || value > most) most = value;
  }
  return {least, most};
}
