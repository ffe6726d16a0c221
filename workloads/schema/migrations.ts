import {createHash} from "node:crypto";
import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import type {StoreName} from "../../api/stores.ts";

/** A schema that cannot be used until somebody acts: the message says what is wrong and what to do. */
export class SchemaProblem extends Error {
  override name = "SchemaProblem";
}

/** One file of migrations/: README.md there says how to write one. */
export interface Migration {
  name: string;
  text: string;
  checksum: string;
}

export interface Applied {
  name: string;
  checksum: string;
}

/** The migrations of a store, in the order in which they are applied. */
export function readMigrations(store: StoreName): Migration[] {
  const folder = join(import.meta.dirname, "migrations", store);
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const checksum = createHash("sha256").update(text).digest("hex").slice(0, 16);
      return {name: file.replace(/\.\w+$/, ""), text, checksum};
    });
}

/**
 * The migrations that are not applied yet. Applied ones that are not in this list are a newer version's: they only add.
 *
 * @throws SchemaProblem if a file is not what was applied under its name
 */
export function pendingOf(own: Migration[], applied: Applied[]): Migration[] {
  const checksums = new Map(applied.map(({name, checksum}) => [name, checksum]));
  for (const {name, checksum} of own) {
    const was = checksums.get(name);
    if (was !== undefined && was !== checksum) {
      throw new SchemaProblem(
        `migration ${name} was applied as ${was} and is now ${checksum}: put the file back as it was and add another one`,
      );
    }
  }
  return own.filter(({name}) => !checksums.has(name));
}

/** The statements of a migration, without its comments. */
export const statementsOf = ({text}: Migration): string[] =>
  text
    .replaceAll(/^--.*\n/gm, "")
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean);
