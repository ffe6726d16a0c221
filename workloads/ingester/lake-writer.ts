import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import type {Objects} from "../lake/iceberg/objects.ts";
import type {Commit, Head, Table} from "../lake/iceberg/table.ts";
import {retryMs} from "../lib/process.ts";
import type {Place} from "./broker.ts";
import type {Columns} from "./lake-columns.ts";
import type {Content, Sorted} from "./lake-content.ts";
import {createLot, isFull, type Lot, positionsAfter, upload} from "./lake-lot.ts";
import {Fenced, fence, GONE, nameOf, note, OFFSETS, positionsOf, type Seen} from "./lake-positions.ts";
import {createView, type View} from "./lake-view.ts";
import type {Deferral, Hold} from "./store.ts";

interface Parts<R, B extends Columns<R>> {
  table: Table;
  objects: Objects;
  content: Content<R, B>;
  /** How long rows wait for others that become readable with them. */
  intervalMs: number;
  log: Logger;
  /** Hears of a commit that failed. */
  onTrouble(error: Error): void;
}

/**
 * Writes rows to a table of the lake, many with one commit. What waits is bounded: while a lot is being written the next one fills, and
 * then callers wait.
 */
export class LakeWriter<R, B extends Columns<R>> implements Omit<Deferral, "problem"> {
  /** Why the last commit failed; undefined once one was taken. */
  trouble: Error | undefined;
  private readonly parts: Parts<R, B>;
  private readonly content: ReturnType<Content<R, B>>;
  private readonly view: View;
  private seen: Seen = new Map();
  private open: Lot<B>;
  private closed: Lot<B> | undefined;
  /** Until the closed lot has come to its end. */
  private writing = Promise.resolve();
  /** Callers one after another: what one finds new is there for the next. */
  private turn: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  /** Counts how often this process has had a new part in the group. */
  private membership = 0;
  private isOut = false;
  private dropped = () => {};

  constructor(parts: Parts<R, B>) {
    this.parts = parts;
    this.view = createView(parts.table);
    this.content = parts.content(this.view);
    this.open = createLot(this.content.buffer());
  }

  /** Takes rows of one partition; they are in the table some time later. */
  write = (rows: R[]): Promise<Omit<Sorted<R>, "fresh">> => {
    return this.room().then(() => this.inTurn(() => this.take(rows)));
  };

  hold = (): Hold => {
    const began = this.membership;
    return {
      isHeld: () => began === this.membership && !this.isOut,
      settle: (place, next, then) => this.settle(place, next, then),
    };
  };

  flush = async (): Promise<void> => {
    // One that is on its way, and the one that has filled meanwhile.
    for (let lots = 0; lots < 2 && !this.trouble; lots++) {
      this.close();
      await this.writing;
    }
  };

  onDropped = (call: () => void): void => {
    this.dropped = call;
  };

  /** A new part in the group begins: what waits of the last one is dropped, for others may have written it. */
  forget = (): void => {
    this.drop();
    this.isOut = false;
  };

  private drop(): void {
    this.membership++;
    for (const lot of [this.open, this.closed]) if (lot) lot.isDropped = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.open = createLot(this.content.buffer());
    this.closed = undefined;
    this.trouble = undefined;
    this.view.move(undefined);
    this.seen = new Map();
    this.content.forget();
  }

  /** Not while what was read is to be read again. */
  get isIdle(): boolean {
    return !this.isOut && !this.closed && this.open.buffer.rows === 0;
  }

  /** The table as it is known, asked for once. */
  current = async (): Promise<Head> => {
    if (this.view.head) return this.view.head;
    const began = this.membership;
    // What a former membership has under way may still come to its end.
    await this.writing;
    const loaded = await this.parts.table.load();
    // Somebody else may have asked meanwhile, and rows were compared with what came.
    if (began === this.membership && !this.view.head) this.view.move(loaded);
    return this.view.head ?? loaded;
  };

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => {});
    return mine;
  }

  private isFull(): boolean {
    return isFull(this.open, this.content.mostBytes);
  }

  /** Waits while two lots are full. */
  private async room(): Promise<void> {
    while (this.isFull() && this.closed) {
      if (this.trouble) throw this.trouble;
      await Promise.race([this.writing, sleep(1_000)]);
    }
  }

  private async take(rows: R[]): Promise<Omit<Sorted<R>, "fresh">> {
    if (this.isOut) throw GONE();
    const began = this.membership;
    const head = await this.current();
    if (began !== this.membership) throw GONE();
    const place = nameOf(this.content.placeOf(rows[0]!));
    if (!this.seen.has(place)) note(this.seen, place, positionsOf(head));
    const lots = [this.open, ...(this.closed ? [this.closed] : [])];
    const {fresh, ...found} = await this.content.sort(rows, lots, head);
    if (began !== this.membership) throw GONE();
    if (fresh.length > 0) this.add(fresh, place, head);
    return found;
  }

  private add(fresh: R[], place: string, head: Head): void {
    const {open} = this;
    open.base ??= head;
    open.since ??= performance.now();
    for (const row of fresh) open.buffer.add(row);
    const after = this.content.after?.(fresh.at(-1)!);
    if (after !== undefined || !open.places.has(place)) open.places.set(place, after);
    this.wait();
  }

  private settle(place: Place, next: string, then: () => void): void {
    const lot = this.open.buffer.rows > 0 ? this.open : this.closed;
    const name = nameOf(place);
    if (!lot) then();
    else lot.whenIn.push(then);
    if (lot?.places.has(name)) lot.places.set(name, next);
  }

  /** Until the open lot is due. */
  private wait(): void {
    const {since, buffer} = this.open;
    if (this.isFull()) this.close();
    else if (buffer.rows > 0)
      this.timer ??= setTimeout(() => this.close(), Math.max(0, since! + this.parts.intervalMs - performance.now()));
  }

  /** The open lot goes on its way, once the one before it has come to its end. */
  private close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed || this.open.buffer.rows === 0) return;
    const lot = this.open;
    this.closed = lot;
    this.open = createLot(this.content.buffer());
    this.writing = this.put(lot).finally(() => {
      if (this.closed === lot) this.closed = undefined;
      this.wait();
    });
  }

  private async put(lot: Lot<B>): Promise<void> {
    const {table, objects, log} = this.parts;
    for (let tries = 0; !lot.isDropped; tries++) {
      try {
        await upload(lot, this.view.head ?? (await table.load()), objects, this.content.name);
        const next = await table.commit((now) => this.plan(lot, now), lot.id);
        if (this.trouble) log.info({rows: lot.buffer.rows}, "the lake takes rows again");
        this.trouble = undefined;
        if (!lot.isDropped) await this.inTurn(() => this.committed(lot, next));
        return;
      } catch (error) {
        if (lot.isDropped) return;
        if (error instanceof Fenced) return this.fenced(error);
        this.failed(error as Error, tries, lot);
        await sleep(retryMs(tries));
      }
    }
  }

  private fenced(error: Fenced): void {
    this.parts.log.warn({err: error}, "what waited for the lake is dropped and read again");
    this.drop();
    // Until the group is read from where it is: what comes before that leaves out what was dropped.
    this.isOut = true;
    this.dropped();
  }

  private failed(error: Error, tries: number, {buffer}: Lot<B>): void {
    if (this.trouble?.message !== error.message || tries % 20 === 0)
      this.parts.log.warn({err: error, rows: buffer.rows}, "the lake does not take rows; trying again");
    this.trouble = error;
    this.parts.onTrouble(error);
  }

  private async plan(lot: Lot<B>, now: Head): Promise<Commit> {
    if (lot.isDropped) throw GONE();
    const positions = positionsOf(now);
    fence(positions, this.seen, lot.places.keys());
    await this.content.compare(lot, now);
    return {
      change: {
        operation: "append",
        added: [...lot.files.values()],
        summary: {[OFFSETS]: JSON.stringify(positionsAfter(lot, positions))},
      },
    };
  }

  /** Nothing is compared with the table meanwhile. */
  private async committed(lot: Lot<B>, next: Head): Promise<void> {
    if (lot.isDropped) return;
    const ours = new Set([...lot.files.values()].map(({path}) => path));
    await this.content.learn(this.view.head!, next, (path) => ours.has(path));
    if (lot.isDropped) return;
    this.view.move(next);
    const positions = positionsOf(next);
    for (const place of lot.places.keys()) note(this.seen, place, positions);
    this.content.remember(lot);
    for (const path of ours) this.open.compared.add(path);
    this.closed = undefined;
    for (const then of lot.whenIn) then();
  }
}
