import {secondsOf} from "./fields.ts";

/** Chunks of one table with which all that reads and writes it has been tested (test/data/chunks.test.ts). */
export const MOST_CHUNKS = 4_000;

/** Chunks that a table has when it is full. */
export const chunksOf = ({retention, chunkInterval}: {retention: string; chunkInterval: string}): number =>
  Math.ceil(secondsOf(retention) / secondsOf(chunkInterval));
