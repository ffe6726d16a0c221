import type {Head} from "../lake/iceberg/table.ts";
import type {Place} from "./broker.ts";
import type {Columns} from "./lake-columns.ts";
import type {Lot} from "./lake-lot.ts";
import type {View} from "./lake-view.ts";

/** What becomes of rows that are to be written. */
export interface Sorted<R> {
  fresh: R[];
  /** They are there already, as they are. */
  repeated: R[];
  /** Another row is there, and stays. */
  taken: {row: R; there?: string}[];
}

/** What is particular to the rows of one table; the writer knows commits and positions alone. */
interface Rows<R, B extends Columns<R>> {
  /** Of the table. */
  name: string;
  /** What waits is written when it takes so much memory, however young it is. */
  mostBytes: number;
  buffer(): B;
  /** Where it is in Kafka. */
  placeOf(row: R): Place;
  /**
   * The offset behind a row. Where it is given the table's position goes with each row; otherwise with whole batches, of which some rows may be in the
   * table before.
   */
  after?(row: R): string;
  /** @param lots what waits */
  sort(rows: R[], lots: Lot<B>[], head: Head): Promise<Sorted<R>>;
  /** @throws Fenced if others have brought rows of the lot since these were sorted */
  compare(lot: Lot<B>, now: Head): Promise<void>;
  /** Others may have brought files between two moments. */
  learn(before: Head, next: Head, isOurs: (path: string) => boolean): Promise<void>;
  /** The lot is in the table. */
  remember(lot: Lot<B>): void;
  /** Others may have changed anything. */
  forget(): void;
}

/** Made for a writer, with its view of the table. */
export type Content<R, B extends Columns<R>> = (view: View) => Rows<R, B>;
