import type {Freshness} from "./freshness.ts";
import type {Asked, Crowd} from "./questions.ts";
import type {Taken} from "./take.ts";

/** What is measured of one way to keep and ask the events: a column of the table. */
export interface Column {
  name: string;
  taken?: Partial<Taken>;
  /** What follows on taking in: compaction, handing over, counting of hours; seconds, and CPU seconds for a million events. */
  tended?: {seconds: number; serverCpu: number};
  /** On disk, as the product keeps it. */
  bytesAnEvent?: number;
  /** While the questions are answered, of servers and of what asks them. */
  answeringMiB?: number;
  fresh?: Freshness | string;
  asked: Asked;
  crowd?: Crowd;
  /** What does not fit into a cell. */
  notes?: string[];
}
