import {withFolder} from "../../workloads/lake/memory.ts";
import {openReadable} from "../../workloads/lake/open.ts";

/**
 * The lake as `sql` asks it, by the variables of a lake, in a program that stays: each message `{sql, anew}` is answered with `{rows}`, or `{error}`. With `anew`
 * the tables are opened as they are now, as each `sql` does.
 */
await withFolder(async (work) => {
  let opened = await openReadable(work);
  const ended = new Promise<void>((resolve) => process.once("disconnect", resolve));
  process.on("message", async ({sql, anew}: {sql: string; anew: boolean}) => {
    try {
      if (anew) {
        opened.connection.closeSync();
        opened = await openReadable(work);
      }
      const reader = await opened.connection.runAndReadAll(sql);
      process.send!({rows: reader.getRowsJson()});
    } catch (error) {
      process.send!({error: (error as Error).message});
    }
  });
  process.send!({rows: []});
  await ended;
});
process.exit(0);
