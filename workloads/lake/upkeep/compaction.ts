/** What is asked of a data file to decide about it. */
export interface Sized {
  rows: number;
  bytes: number;
}

/** A file of this size is left alone: reading it takes no longer than asking for it. */
export const LARGE_BYTES = 64 * 1_048_576;
/** Rows that are sorted, and written as one file. */
export const MOST_ROWS = 4_000_000;
/** Of a day that still grows, so many files of about one size become one of the next size. */
const FAN = 8;
const SMALLEST_BYTES = 1_048_576;

const rowsOf = (files: Sized[]): number => files.reduce((sum, {rows}) => sum + rows, 0);
const tierOf = ({bytes}: Sized): number =>
  Math.max(0, Math.ceil(Math.log(Math.max(bytes, 1) / SMALLEST_BYTES) / Math.log(FAN)));

/**
 * The files of a day that are to become fewer; none where that would gain little. A day that is over ends with as few as its rows need. One that grows is not
 * written anew each time: files of one size wait for others of it, so that each row is written a few times in all.
 */
export function filesToMerge<F extends Sized>(files: F[], isOver: boolean): F[] {
  const small = files.filter(({bytes}) => bytes < LARGE_BYTES);
  if (isOver) return isWorth(small) ? small : [];
  const merged: F[] = [];
  const byTier = Map.groupBy(small, tierOf);
  for (const [, ofTier] of [...byTier].sort(([a], [b]) => a - b)) {
    // What the smaller ones become may be the one that this size waits for.
    const together = merged.length > 0 ? ofTier.length + 1 : ofTier.length;
    if (together >= FAN) merged.push(...ofTier);
  }
  return isWorth(merged) ? merged : [];
}

/** Vehicles are not cut: a range may have half of what it could. */
const isWorth = (files: Sized[]): boolean =>
  files.length >= 2 && files.length >= 2 * Math.ceil(rowsOf(files) / MOST_ROWS);

/** Vehicles from the first up to the last, in the order of the table. */
interface VehicleRange {
  from: string;
  to: string;
}

/** Cuts vehicles, which come in their order with the number of their rows, into ranges of at most so many rows; a vehicle is never cut. */
export function vehicleRanges(vehicles: Iterable<{id: string; rows: number}>, most = MOST_ROWS): VehicleRange[] {
  const ranges: (VehicleRange & {rows: number})[] = [];
  for (const {id, rows} of vehicles) {
    const last = ranges.at(-1);
    if (last && last.rows + rows <= most) Object.assign(last, {to: id, rows: last.rows + rows});
    else ranges.push({from: id, to: id, rows});
  }
  return ranges.map(({from, to}) => ({from, to}));
}
