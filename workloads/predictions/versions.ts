import {parseArgs} from "node:util";
import {modelNamed} from "../../api/models.ts";
import {connected} from "../lib/postgres.ts";
import {promote, rollBack, type Version, versionsOf} from "./registry.ts";

/**
 * `versions list|card|promote|rollback [--model NAME] [--number N]` prints versions of models as JSON lines, or changes which one predicts: scorers notice it
 * within seconds.
 */
const {values, positionals} = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {model: {type: "string"}, number: {type: "string"}},
});
const task = positionals[0];
const model = values.model === undefined ? undefined : modelNamed(values.model);
const number = values.number === undefined ? undefined : Number(values.number);
try {
  await connected(async (client) => {
    if (task === "list") {
      for (const version of await versionsOf(client, model)) print(shown(version));
      return;
    }
    if (!model) throw new Error(`${task} needs --model`);
    if (task === "card") {
      const all = await versionsOf(client, model);
      const found = all.find(({version, stage}) =>
        number === undefined ? stage === "production" : version === number,
      );
      if (!found) throw new Error(`${model} has no such version: see \`models list\``);
      print(found);
      return;
    }
    await client.query("BEGIN");
    if (task === "promote") {
      if (number === undefined || !Number.isInteger(number)) throw new Error("promote needs the number of a version");
      await promote(client, model, number);
      print({model, predicts: number});
    } else if (task === "rollback") {
      const before = await rollBack(client, model);
      print({model, predicts: before === 0 ? "the rule" : before});
    } else throw new Error(`"${task ?? ""}" is no task: name list, card, promote or rollback`);
    await client.query("COMMIT");
  });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function print(value: object) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function shown({name, version, stage, madeAt, card}: Version) {
  const {model: measured, rule, refusal} = card;
  const two = (own: number, naive: number) => `${own.toFixed(3)} / ${naive.toFixed(3)}`;
  return {
    model: name,
    version,
    stage,
    made: madeAt.toISOString(),
    "AP / rule": two(measured.averagePrecision, rule.averagePrecision),
    "recall / rule": two(measured.recall, rule.recall),
    refusal: refusal ?? "",
  };
}
