import {MODELS} from "../../../api/models.ts";
import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output} from "../options.ts";

/** Those of which there are versions. */
const TRAINED = Object.entries(MODELS).flatMap(([name, {trained}]) => (trained ? [name] : []));

export const models = command({
  name: "models",
  summary: "List the models of predictions, or change which version predicts",
  details:
    "A version that is promoted predicts within seconds; a rollback goes to the one before it, or else to the rule. The list compares average precision, and recall while nine in ten warnings are right, with those of the rule, and says which version of MLflow's it is, where spec.predictions.mlflow names one.",
  arguments: [NAME, action("list", "card", "promote", "rollback")],
  options: {
    model: {value: "MODEL", summary: "The model", values: TRAINED},
    number: {value: "VERSION", summary: "The version; of a card by default the one that predicts"},
    ...output("table", "json", "csv"),
    ...cluster,
  },
  examples: [
    ["Every version, and how it compares with the rule", "models fleet"],
    ["What was measured of the version that predicts", "models fleet card --model cold-chain-breach"],
    ["Back to the version before", "models fleet rollback --model cold-chain-breach"],
  ],
  async run({NAME: name, ACTION: task}, {model, number, output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    const {listVersions, changeVersion} = await import("../models.ts");
    if (task !== "list" && !model) throw new Error(`${task} needs --model: ${TRAINED.join(" or ")}`);
    if (task === "promote" && !number) throw new Error("promote needs --number VERSION");
    return onCluster(options, (connection) =>
      task === "list"
        ? listVersions(connection, name, model, format)
        : changeVersion(connection, name, task, {model, number}),
    );
  },
});
