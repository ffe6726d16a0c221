import {createHash} from "node:crypto";
import type pg from "pg";
import {type ModelName, RULE} from "../../api/models.ts";

/** candidate: passed its gates, never promoted; archived: was in production; refused: did not pass. */
export type Stage = "candidate" | "production" | "archived" | "refused";

/** How well something tells those that it happened to from the others, on vehicles that it was not trained on. */
export interface Quality {
  /** Area under the ROC curve; 0.5 is chance. */
  auc: number;
  averagePrecision: number;
  /** The share of what happened that is told while nine in ten warnings are right; 0 if that is never so. */
  recall: number;
  /** Warnings at that threshold for which nothing happened, a vehicle and week. */
  falseAlarms: number;
}

/** What was measured of a version: docs/predictions.md. */
export interface Card {
  /** Of the training data. */
  data: {
    since: string;
    until: string;
    rows: number;
    vehicles: number;
    testVehicles: number;
    positives: number;
    source: string;
  };
  /** Names in the order of the model's input, with the training data's deciles: eleven figures from the least to the most. */
  features: {name: string; deciles: number[]}[];
  /** Seconds: features are of the first reading of a vehicle in each; absent: of all. */
  sampling?: number;
  /** What was predicted: °C and seconds, or whatever the model's rule has. */
  target: Record<string, number>;
  model: Quality;
  /** The best naive rule on the same rows. */
  rule: Quality;
  /** A score from here on is a warning. */
  threshold: number;
  /** Largest difference between the scores of the library that trained and those of the ONNX that is served. */
  parity: number;
  /** Hash of what was trained with: features, labels and parameters. */
  dataSha256: string;
  /** Why it was not promoted; absent if it was. */
  refusal?: string;
  trainingSeconds: number;
  libraries: Record<string, string>;
}

export interface Version {
  name: ModelName;
  version: number;
  madeAt: Date;
  stage: Stage;
  sha256: string;
  card: Card;
}

type Client = Pick<pg.Client, "query">;

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const COLUMNS = `name, version, made_at AS "madeAt", stage, sha256, card`;

/** All versions, the newest of each name first. */
export const versionsOf = async (client: Client, name?: ModelName): Promise<Version[]> =>
  (
    await client.query(`SELECT ${COLUMNS} FROM model WHERE $1::text IS NULL OR name = $1 ORDER BY name, version DESC`, [
      name ?? null,
    ])
  ).rows;

/** The version that predicts, with its ONNX; undefined while the rule does. */
export async function inProduction(client: Client, name: ModelName): Promise<(Version & {onnx: Buffer}) | undefined> {
  const {rows} = await client.query(`SELECT ${COLUMNS}, onnx FROM model WHERE name = $1 AND stage = 'production'`, [
    name,
  ]);
  return rows[0];
}

/** The version of each name that predicts, and why the newest one does not, if it was refused. */
export async function standingOf(
  client: Client,
): Promise<Partial<Record<ModelName, {version: number | null; refused: string | null}>>> {
  const {rows} = await client.query(
    `SELECT name, max(version) FILTER (WHERE stage = 'production') AS version,
       (array_agg('version ' || version || ' was not promoted: ' || (card->>'refusal') ORDER BY version DESC))[1] AS refused
     FROM model GROUP BY name`,
  );
  return Object.fromEntries(rows.map(({name, version, refused}) => [name, {version, refused}]));
}

/** Enters a version, by the next number of its name; returns that. The same of the same data is entered once. In a transaction of the caller's. */
export async function enterVersion(
  client: Client,
  {name, stage, onnx, card}: {name: ModelName; stage: Stage; onnx: Uint8Array; card: Card},
): Promise<number> {
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('model ' || $1, 0))", [name]);
  const digest = sha256(onnx);
  const there = await client.query(
    "SELECT version FROM model WHERE name = $1 AND sha256 = $2 AND card->>'dataSha256' = $3",
    [name, digest, card.dataSha256],
  );
  if (there.rows[0]) return there.rows[0].version;
  const {rows} = await client.query(
    `INSERT INTO model (name, version, stage, onnx, sha256, card)
     SELECT $1, 1 + coalesce(max(version), 0), $2, $3, $4, $5 FROM model WHERE name = $1 RETURNING version`,
    [name, stage === "production" ? "candidate" : stage, onnx, digest, card],
  );
  const {version} = rows[0];
  if (stage === "production") await promote(client, name, version);
  return version;
}

/** Versions of a name that are kept beside the one in production. */
const KEPT = 20;

/** Removes versions beyond the newest. In a transaction of the caller's. */
export const forgetOld = (client: Client, name: ModelName) =>
  client.query(
    `DELETE FROM model WHERE name = $1 AND stage <> 'production' AND version <=
       (SELECT max(version) FROM model WHERE name = $1) - $2`,
    [name, KEPT],
  );

/**
 * Puts a version in the place of the one that predicts. In a transaction of the caller's.
 *
 * @throws Error if there is no such version, or it was refused
 */
export async function promote(client: Client, name: ModelName, version: number): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('model ' || $1, 0))", [name]);
  const {rows} = await client.query("SELECT stage, card FROM model WHERE name = $1 AND version = $2", [name, version]);
  const [found] = rows;
  if (!found) throw new Error(`${name} has no version ${version}: see \`models list\``);
  if (found.stage === "refused") throw new Error(`version ${version} of ${name} was refused: ${found.card.refusal}`);
  await client.query("UPDATE model SET stage = 'archived' WHERE name = $1 AND stage = 'production'", [name]);
  await client.query("UPDATE model SET stage = 'production' WHERE name = $1 AND version = $2", [name, version]);
}

/**
 * Goes back to the version that predicted before, or to the rule if there was none; returns its number (0: the rule). In a transaction of the caller's.
 *
 * @throws Error if the rule predicts already
 */
export async function rollBack(client: Client, name: ModelName): Promise<number> {
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('model ' || $1, 0))", [name]);
  const {rows} = await client.query(
    "UPDATE model SET stage = 'candidate' WHERE name = $1 AND stage = 'production' RETURNING version",
    [name],
  );
  if (!rows[0]) throw new Error(`${name}: no version is in production, the rule predicts`);
  const before = await client.query(
    `UPDATE model SET stage = 'production' WHERE name = $1 AND version =
       (SELECT max(version) FROM model WHERE name = $1 AND stage = 'archived' AND version < $2) RETURNING version`,
    [name, rows[0].version],
  );
  return before.rows[0]?.version ?? RULE;
}
