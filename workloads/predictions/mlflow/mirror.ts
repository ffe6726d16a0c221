import type pg from "pg";
import type {ModelName} from "../../../api/models.ts";
import {text} from "../../lib/environment.ts";
import {connected, inTransaction} from "../../lib/postgres.ts";
import {isRefusal} from "../../lib/refusal.ts";
import {type Version, versionsOf} from "../registry.ts";
import {openMlflow} from "./client.ts";
import {differencesOf, type Held, heldOf} from "./differences.ts";
import {type Owner, registeredName} from "./entry.ts";
import {ALIAS, enter, heldBy, moveAlias, registerModel, setStage} from "./steps.ts";

/** All of it ends by then; what is missing is entered by the next run. */
const MOST_MS = 300_000;
/** For people who wait for a list. */
const LIST_MS = 60_000;
const LOCK = "60s";
/** SQLSTATE of a lock that was waited for in vain. */
const LOCK_NOT_AVAILABLE = "55P03";

const isWanted = () => Boolean(process.env.MLFLOW_TRACKING_URI);
const ownerOf = (): Owner => ({namespace: text("NAMESPACE"), pipeline: text("PIPELINE")});

/**
 * Brings the user's MLflow, if there is one, to what table `model` says: versions that it lacks are entered, stages and the alias set. A second time
 * changes nothing. Never rejects, as models do not depend on it: what stands in its way is in what is returned, for people.
 */
export async function mirrorModels(): Promise<{mlflow?: string}> {
  if (!isWanted()) return {};
  try {
    await connected((client) => inTransaction(client, () => mirror(client)));
    return {mlflow: "up to date"};
  } catch (error) {
    const {message} = error as Error;
    return {mlflow: `not up to date, the next training, promotion or rollback tries again: ${message}`};
  }
}

/** What MLflow has of each version, for people: its number there, and whether the alias names it. Rejects with what stands in the way. */
export async function standingInMlflow(versions: Version[]): Promise<string[]> {
  if (!isWanted()) return [];
  const [mlflow, owner] = [openMlflow(AbortSignal.timeout(LIST_MS)), ownerOf()];
  const held = new Map<ModelName, Held>();
  for (const {name} of versions) if (!held.has(name)) held.set(name, await heldBy(mlflow, registeredName(owner, name)));
  return versions.map((version) => {
    const there = held.get(version.name)!;
    const found = heldOf(version, there);
    if (!found) return "missing";
    return found.number === there.production ? `version ${found.number}, ${ALIAS}` : `version ${found.number}`;
  });
}

/** In a transaction, which keeps others from entering a version twice. */
async function mirror(client: pg.Client): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK}'`);
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('mlflow', 0))").catch((error) => {
    if (error.code === LOCK_NOT_AVAILABLE) throw new Error("another program is at it, and takes long");
    throw error;
  });
  const all = await versionsOf(client);
  const mlflow = openMlflow(AbortSignal.timeout(MOST_MS));
  const owner = ownerOf();
  let problem: Error | undefined;
  for (const [model, truth] of Map.groupBy(all, ({name}) => name)) {
    const name = registeredName(owner, model);
    const held = await heldBy(mlflow, name);
    const {missing, restaged, production} = differencesOf(truth, held);
    if (missing.length > 0) await registerModel(mlflow, name, owner);
    for (const version of missing) {
      const which = [model, version.version];
      const {rows} = await client.query("SELECT onnx FROM model WHERE name = $1 AND version = $2", which);
      // Gone since it was listed.
      if (!rows[0]) continue;
      const entered = await enter(mlflow, {name, owner, version, onnx: rows[0].onnx}).catch((error) => {
        // One that MLflow does not take keeps none of the others out.
        if (!isRefusal(error, 400, 413)) throw error;
        problem ??= error as Error;
      });
      if (entered) held.versions.push(entered);
    }
    for (const {held: entry, stage} of restaged) await setStage(mlflow, name, entry, stage);
    if (production !== undefined) await moveAlias(mlflow, name, truth, held, production);
  }
  if (problem) throw problem;
}
