import {type DuckDBConnection, type DuckDBPreparedStatement, StatementType} from "@duckdb/node-api";

/** What reads and changes nothing. DESCRIBE, SHOW and SUMMARIZE are such as well. */
const HINT = "write one SELECT (or WITH, FROM, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN)";

/**
 * Takes a statement that only reads.
 *
 * @throws Error if it is none, or several, or would change anything
 */
export async function onlySelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statement = await single(connection, sql);
  if (statement.statementType === StatementType.SELECT) return statement;
  if (statement.statementType === StatementType.EXPLAIN) {
    // EXPLAIN ANALYZE does what it explains.
    const explained = /^\s*EXPLAIN\s+(ANALYZE\s+)?/i.exec(sql);
    const inner = explained && (await single(connection, sql.slice(explained[0].length)));
    if (inner?.statementType === StatementType.SELECT) return statement;
  }
  throw new Error(`the lake is read only: ${HINT}`);
}

async function single(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`${statements.count} statements: ${HINT}`);
  return statements.prepare(0);
}
