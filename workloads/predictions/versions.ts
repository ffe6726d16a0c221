import {parseArgs} from "node:util";
import type pg from "pg";
import {type ModelName, modelNamed, RULE} from "../../api/models.ts";
import {connected, inTransaction} from "../lib/postgres.ts";
import {mirrorModels, standingInMlflow} from "./mlflow/mirror.ts";
import {promote, rollBack, type Version, versionsOf} from "./registry.ts";

/**
 * `versions list|card|promote|rollback [--model NAME] [--number N]` prints versions of models as JSON lines, or changes which one predicts: scorers notice it
 * within seconds, and the user's MLflow, if there is one, is told.
 */
const {values, positionals} = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {model: {type: "string"}, number: {type: "string"}},
});
const tasks: Record<string, (client: pg.Client) => Promise<object[]>> = {
  async list(client) {
    const model = values.model === undefined ? undefined : modelNamed(values.model);
    const versions = await versionsOf(client, model);
    const mlflow = await standingInMlflow(versions).catch((error) => {
      process.stderr.write(`${error.message}\n`);
      return versions.map(() => "unknown");
    });
    return versions.map((version, at) => shown(version, mlflow[at]));
  },
  async card(client) {
    const model = modelOf();
    const wanted = values.number === undefined ? undefined : numberOf();
    const found = (await versionsOf(client, model)).find(({version, stage}) =>
      wanted === undefined ? stage === "production" : version === wanted,
    );
    if (!found) throw new Error(`${model} has no such version: see \`models list\``);
    return [found];
  },
  async promote(client) {
    const [model, predicts] = [modelOf(), numberOf()];
    await promote(client, model, predicts);
    return [{model, predicts}];
  },
  async rollback(client) {
    const model = modelOf();
    const before = await rollBack(client, model);
    return [{model, predicts: before === RULE ? "the rule" : before}];
  },
};
/** Those that change which version predicts. */
const CHANGES = new Set(["promote", "rollback"]);

const name = positionals[0] ?? "";
try {
  const task = tasks[name];
  if (!task) throw new Error(`"${name}" is no task: name ${Object.keys(tasks).join(", ")}`);
  // What is said is committed.
  const lines = await connected((client) => inTransaction(client, () => task(client)));
  const more = CHANGES.has(name) ? await mirrorModels() : {};
  for (const line of lines) process.stdout.write(`${JSON.stringify({...line, ...more})}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function modelOf(): ModelName {
  if (values.model === undefined) throw new Error(`${name} needs --model`);
  return modelNamed(values.model);
}

function numberOf(): number {
  const number = Number(values.number);
  if (!Number.isInteger(number)) throw new Error(`${name} needs the number of a version, with --number`);
  return number;
}

/** @param mlflow what MLflow has of it, where there is one */
function shown({name, version, stage, madeAt, card}: Version, mlflow: string | undefined) {
  const {model: measured, rule, refusal} = card;
  const two = (own: number, naive: number) => `${own.toFixed(3)} / ${naive.toFixed(3)}`;
  return {
    model: name,
    version,
    stage,
    made: madeAt.toISOString(),
    "AP / rule": two(measured.averagePrecision, rule.averagePrecision),
    "recall / rule": two(measured.recall, rule.recall),
    ...(mlflow === undefined ? {} : {MLflow: mlflow}),
    refusal: refusal ?? "",
  };
}
