import type pg from "pg";

/** A connection of pg, as far as it is used here; its types leave the stream out. */
interface Connection {
  query(text: string): void;
  stream: {write(bytes: Buffer): void};
}

/**
 * Runs a `COPY … FROM STDIN`, in a transaction of its own: all rows are in, or none.
 *
 * @param messages CopyData and CopyDone, as they are sent
 */
export function copyIn(client: pg.ClientBase, statement: string, messages: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      // pg puts its own before it, which ends the wait for an answer.
      callback: (error?: Error) => (error ? reject(error) : resolve()),
      submit: (connection: unknown) => (connection as Connection).query(statement),
      handleCopyInResponse: ({stream}: Connection) => stream.write(messages),
      handleCommandComplete() {},
      handleError: (error: Error) => query.callback(error),
      handleReadyForQuery: () => query.callback(),
    };
    client.query(query);
  });
}
