import {setTimeout as sleep} from "node:timers/promises";
import pg from "pg";
import {number} from "../lib/environment.ts";
import {connected} from "../lib/postgres.ts";
import type {Backup} from "./target.ts";

// pgBackRest has to be where the server's files are, so that the server runs it.

/** How long the server may take to come back with its archive switched on. */
const RESTART_MS = 600_000;

/** Begins the archive in the bucket and makes a base backup, unless both are there. */
export async function archive() {
  for (const end = Date.now() + RESTART_MS; ; await sleep(1_000)) {
    // While it restarts it does not answer.
    const mode = await atServer(archiveMode).catch((error: Error) => error.message);
    if (mode === "on") break;
    if (Date.now() > end) throw new Error(`the server has not been restarted with archive_mode on: ${mode}`);
  }
  return atServer(async (client) => {
    await pgbackrest(client, "stanza-create").catch((error: Error) => {
      const others = /do not match the database/.test(error.message);
      throw others ? new Error(`${ANOTHER_SERVER} (${error.message})`) : error;
    });
    await pgbackrest(client, "check");
    const there = await backups(client);
    if (there.length === 0) await pgbackrest(client, "backup", "--type=full", "--start-fast");
    return {backups: there.length > 0 ? there : await backups(client)};
  });
}

const ANOTHER_SERVER =
  "spec.timescaledb.backup.s3: the prefix holds the archive of another server, which is left as it is: restore from it if it was this pipeline's, then set another prefix";

/** One more base backup; of all, the newest KEEP stay, and the log since the oldest of them. */
export const base = () =>
  atServer(async (client) => {
    const before = await backups(client);
    const keep = `--repo1-retention-full=${number("KEEP", 7)}`;
    await pgbackrest(client, "backup", "--type=full", "--start-fast", keep);
    const after = await backups(client);
    const kept = new Set(after.map(({name}) => name));
    return {made: after.at(-1), removed: before.map(({name}) => name).filter((name) => !kept.has(name))};
  });

/** The base backups, oldest first. */
export const list = () => atServer(backups);

/** Ends the current segment of the log, so that the archive holds everything up to now; says why if that cannot be. */
export const flush = () =>
  atServer(async (client) => {
    // A restore to a time ends at the first transaction after it: there has to be one.
    await client.query("SELECT pg_current_xact_id()");
    try {
      await pgbackrest(client, "check");
      return {flushed: true};
    } catch (error) {
      // The archive of a server that is no more can be restored all the same.
      return {flushed: false, reason: (error as Error).message};
    }
  });

/** A base backup takes hours in which nothing is said. */
const atServer = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => connected(work, {keepAlive: true});

const archiveMode = async (client: pg.Client): Promise<string> =>
  (await client.query("SHOW archive_mode")).rows[0].archive_mode;

/** One run of pgBackRest and what it prints. @throws Error in its own words */
async function pgbackrest(client: pg.Client, ...args: string[]): Promise<string> {
  await client.query("CREATE TEMP TABLE IF NOT EXISTS printed (line text)");
  await client.query("TRUNCATE printed");
  const command = `pgbackrest ${args.join(" ")} 2>&1 || echo "${FAILED}"`;
  await client.query(
    `COPY printed FROM PROGRAM ${pg.escapeLiteral(command)} (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')`,
  );
  const {rows} = await client.query("SELECT line FROM printed");
  const lines = rows.map(({line}) => line ?? "");
  if (lines.at(-1) !== FAILED) return lines.join("\n");
  const output = lines.slice(0, -1).map((line) => line.trim().replace(/^P\d+ +(ERROR|WARN): /, ""));
  throw new Error(`pgbackrest ${args[0]}: ${output.join(" ")}`);
}

const FAILED = "pgbackrest ended with an error";

async function backups(client: pg.Client): Promise<Backup[]> {
  // The last line: warnings may stand before it.
  const [stanza] = JSON.parse((await pgbackrest(client, "info", "--output=json")).split("\n").at(-1)!);
  return (stanza?.backup ?? []).map(({label, info}: any) => ({name: label, bytes: info.repository.delta}));
}
