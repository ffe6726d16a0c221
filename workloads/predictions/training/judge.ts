import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {type ModelName, modelNamed} from "../../../api/models.ts";
import {text} from "../../lib/environment.ts";
import {connected, inTransaction} from "../../lib/postgres.ts";
import {mirrorModels} from "../mlflow/mirror.ts";
import {openModel} from "../onnx.ts";
import {runToEnd} from "../problem.ts";
import {enterVersion, forgetOld} from "../registry.ts";
import {cardOf, type Training} from "./card.ts";
import {bytesIn, readDataset} from "./dataset.ts";

/**
 * `judge MODEL`, the last step of a training: measures the model in the folder WORK by the runtime that serves it, on the vehicles that it was not
 * trained on, and enters it into the registry: in production if it is better than the rule, else refused. Prints the card, or why there is none. The
 * user's MLflow, if there is one, gets what it lacks.
 */
await runToEnd(async () => {
  const model = modelNamed(process.argv[2] ?? "");
  const work = text("WORK");
  const result = join(work, "result.json");
  const judged = existsSync(result) ? JSON.parse(readFileSync(result, "utf8")) : await judge(model, work);
  process.stdout.write(`${JSON.stringify({...judged, ...(await mirrorModels())})}\n`);
});

async function judge(name: ModelName, work: string) {
  const dataset = readDataset(work);
  if (dataset.meta.model !== name) throw new Error(`${work} has data of ${dataset.meta.model}, not of ${name}`);
  const training: Training = JSON.parse(readFileSync(join(work, "training.json"), "utf8"));
  const onnx = readFileSync(join(work, "model.onnx"));
  const scorer = await openModel(onnx, dataset.meta.features.length, "the model that was trained");
  const card = await cardOf({dataset, training, scorer, trained: new Float32Array(bytesIn(work, "scores.f32"))});
  const stage = card.refusal === undefined ? "production" : "refused";
  const version = await connected((client) =>
    inTransaction(client, async () => {
      const entered = await enterVersion(client, {name, stage, onnx, card});
      await forgetOld(client, name);
      return entered;
    }),
  );
  return {name, version, stage, card};
}
