import {stringify} from "yaml";
import type {Card, Quality, Version} from "../registry.ts";
import {TAGS} from "./differences.ts";

/** Whose models they are. */
export interface Owner {
  namespace: string;
  pipeline: string;
}

type Pair = {key: string; value: string};

/** Neither a namespace nor a pipeline has a dot in its name, so that no two pipelines have one name here. */
export const registeredName = ({namespace, pipeline}: Owner, model: string): string =>
  `${namespace}.${pipeline}.${model}`;

const pairs = (values: Record<string, unknown>): Pair[] =>
  Object.entries(values).map(([key, value]) => ({key, value: String(value)}));
const within = (prefix: string, values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));

/** Of a run, and of a registered version. */
export const tagsOf = ({namespace, pipeline}: Owner, {name, version, sha256, stage, card}: Version): Pair[] =>
  pairs({
    "telemetry.namespace": namespace,
    "telemetry.pipeline": pipeline,
    "telemetry.model": name,
    [TAGS.version]: version,
    [TAGS.stage]: stage,
    [TAGS.sha256]: sha256,
    "telemetry.data_sha256": card.dataSha256,
    ...(card.refusal === undefined ? {} : {"telemetry.refusal": card.refusal}),
  });

export const descriptionOf = ({name, version, card: {refusal, model, rule}}: Version): string => {
  const figures = `average precision ${model.averagePrecision.toFixed(3)}, of the rule ${rule.averagePrecision.toFixed(3)}`;
  return [`Version ${version} of ${name}: ${figures}.`, ...(refusal ? [`Refused: ${refusal}.`] : [])].join(" ");
};

/** What a model was trained with. */
export const paramsOf = ({card: {data, target, libraries}}: Version): Pair[] =>
  pairs({...within("data", data), ...within("target", target), ...within("libraries", libraries)});

/** Model and rule side by side: MLflow draws what is before the slash as one group. Figures that are none, which JSON has as null, are left out. */
export function metricsOf({card, madeAt}: Version): {key: string; value: number; timestamp: number; step: number}[] {
  const {model, rule, threshold, parity, trainingSeconds} = card;
  const by = (whose: string, {auc, averagePrecision, recall, falseAlarms}: Quality) =>
    Object.entries({auc, average_precision: averagePrecision, recall, false_alarms: falseAlarms}).map(
      ([key, value]) => [`${key}/${whose}`, value] as const,
    );
  return [
    ...by("model", model),
    ...by("rule", rule),
    ...Object.entries({threshold, parity, training_seconds: trainingSeconds}),
  ]
    .filter(([, value]) => Number.isFinite(value))
    .map(([key, value]) => ({key, value, timestamp: madeAt.getTime(), step: 0}));
}

/** Of the artifacts of a run, the folder of the model. */
export const MODEL_FOLDER = "model";
const [ONNX, REQUIREMENTS, PYTHON] = ["model.onnx", "requirements.txt", "python_env.yaml"];

/** The artifacts of a run by their paths: the card, and the model as MLflow's flavour `onnx` lays it out. */
export function artifactsOf(
  {card, madeAt, sha256}: Pick<Version, "card" | "madeAt" | "sha256">,
  onnx: Uint8Array,
  runId: string,
): Record<string, Uint8Array | string> {
  return {
    "card.json": `${JSON.stringify(card, undefined, 2)}\n`,
    [`${MODEL_FOLDER}/${ONNX}`]: onnx,
    [`${MODEL_FOLDER}/${REQUIREMENTS}`]: `mlflow\nonnx==${card.libraries.onnx}\nonnxruntime\n`,
    [`${MODEL_FOLDER}/${PYTHON}`]: stringify({
      python: card.libraries.python,
      dependencies: [`-r ${REQUIREMENTS}`],
    }),
    [`${MODEL_FOLDER}/MLmodel`]: stringify(layoutOf(card, madeAt, sha256, runId)),
  };
}

function layoutOf(card: Card, madeAt: Date, sha256: string, runId: string) {
  const names = card.features.map(({name}) => name);
  const rows = {dtype: "float32", shape: [-1, names.length]};
  return {
    artifact_path: MODEL_FOLDER,
    run_id: runId,
    model_uuid: sha256.slice(0, 32),
    utc_time_created: madeAt.toISOString().replace("T", " ").replace("Z", ""),
    flavors: {
      onnx: {data: ONNX, onnx_version: card.libraries.onnx, providers: ["CPUExecutionProvider"]},
      python_function: {
        loader_module: "mlflow.onnx",
        data: ONNX,
        python_version: card.libraries.python,
        env: {virtualenv: PYTHON},
      },
    },
    signature: {
      inputs: JSON.stringify([{name: "features", type: "tensor", "tensor-spec": rows}]),
      outputs: null,
      params: null,
    },
    // In the order of a row's figures.
    metadata: {features: names},
  };
}
