/** A user's SQL, by what becomes of it: definitions come first, all that is inserted runs as one job with ours. */
export interface Statements {
  definitions: string[];
  inserts: string[];
}

const DEFINITION = /^CREATE\s+(TEMPORARY\s+)?(SYSTEM\s+)?(TABLE|VIEW|FUNCTION)\b/i;
const INSERT = /^INSERT\s+INTO\b/i;

/**
 * Sorts the statements of a script.
 *
 * @throws Error naming the first statement that a job cannot have
 */
export function sortStatements(script: string): Statements {
  const sorted: Statements = {definitions: [], inserts: []};
  for (const [at, statement] of splitStatements(script).entries()) {
    if (DEFINITION.test(statement)) sorted.definitions.push(statement);
    else if (INSERT.test(statement)) sorted.inserts.push(statement);
    else {
      const start = statement.split(/\s+/).slice(0, 3).join(" ");
      throw new Error(
        `statement ${at + 1} (${start} …) is neither CREATE TABLE, VIEW or FUNCTION nor INSERT INTO, which is what a job can have`,
      );
    }
  }
  return sorted;
}

/** One piece of SQL that a semicolon does not end: a comment, something quoted, or a single character. */
const PIECE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|[\s\S]/g;

/** The statements of a script, without comments and the semicolons between them. */
function splitStatements(script: string): string[] {
  const statements = [""];
  for (const [piece] of script.matchAll(PIECE)) {
    if (piece === ";") statements.push("");
    else if (!/^(--|\/\*)/.test(piece)) statements.push(statements.pop() + piece);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}
