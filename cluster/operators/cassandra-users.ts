import {createHash} from "node:crypto";
import cassandra from "cassandra-driver";

/** A role of the stand-in's own, in place of the management API, which needs no login. */
const MANAGEMENT = "stand_in";
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Gives a role of Cassandra the password of a superuser's Secret, whatever it had before. */
export async function upsertSuperuser(
  host: string,
  datacenter: string,
  cluster: string,
  username: string,
  password: string,
): Promise<void> {
  const own = createHash("sha256").update(`stand-in ${cluster}`).digest("hex");
  const run = async (user: string, secret: string, statements: string[]) => {
    const client = new cassandra.Client({
      contactPoints: [host],
      localDataCenter: datacenter,
      authProvider: new cassandra.auth.PlainTextAuthProvider(user, secret),
      queryOptions: {consistency: cassandra.types.consistencies.quorum},
    });
    try {
      await client.connect();
      for (const statement of statements) await client.execute(statement);
    } finally {
      await client.shutdown();
    }
  };
  const role = (name: string, secret: string) => [
    `CREATE ROLE IF NOT EXISTS "${name}" WITH PASSWORD = ${quoted(secret)} AND LOGIN = true AND SUPERUSER = true`,
    `ALTER ROLE "${name}" WITH PASSWORD = ${quoted(secret)}`,
  ];
  const upsert = role(username, password);
  try {
    await run(MANAGEMENT, own, upsert);
  } catch {
    // The data is new, or of a time before that role.
    const make = role(MANAGEMENT, own);
    await run(username, password, make).catch(() => run("cassandra", "cassandra", make));
    await run(MANAGEMENT, own, [...upsert, "ALTER ROLE cassandra WITH LOGIN = false AND SUPERUSER = false"]);
  }
}
