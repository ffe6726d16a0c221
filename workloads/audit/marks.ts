import type {RawMessage} from "../lib/kafkajs-fetch.ts";

interface Entry<M> {
  message: M;
  /** Undefined until the mark of its transaction comes. */
  committed: boolean | undefined;
}

/**
 * Tells what was committed from what was not by the marks of the transactions alone, without the broker's list of them: messages of a
 * partition go in as they are kept, marks among them, and come out in that order once it is known that they count.
 */
export function sortByMarks<M extends RawMessage>() {
  let waiting: Entry<M>[] = [];
  const open = new Map<string, Entry<M>[]>();
  return {
    take(messages: M[]): M[] {
      for (const message of messages) {
        const {mark, isControlRecord, batchContext} = message;
        if (mark) close(batchContext!.producerId, mark === "commit");
        else if (!isControlRecord) enter(message);
      }
      const undecided = waiting.findIndex(({committed}) => committed === undefined);
      const decided = undecided < 0 ? waiting : waiting.slice(0, undecided);
      waiting = undecided < 0 ? [] : waiting.slice(undecided);
      return decided.filter(({committed}) => committed).map(({message}) => message);
    },
    /** The place of the first message without a verdict. */
    undecided: (): number => Number(waiting[0]?.message.offset ?? Number.POSITIVE_INFINITY),
  };

  function enter(message: M) {
    const producer = message.batchContext?.inTransaction ? message.batchContext.producerId : undefined;
    const entry: Entry<M> = {message, committed: producer === undefined ? true : undefined};
    waiting.push(entry);
    if (producer === undefined) return;
    const mine = open.get(producer);
    if (mine) mine.push(entry);
    else open.set(producer, [entry]);
  }

  function close(producer: string, committed: boolean) {
    for (const entry of open.get(producer) ?? []) entry.committed = committed;
    open.delete(producer);
  }
}
