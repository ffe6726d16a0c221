/** The predictions of the platform; each has a rule (version 0) that works without training. */
export const MODELS = {
  "cold-chain-breach": {
    title: "Breach of the cold chain",
    description: "Whether the hold is warmer than allowed within the horizon while it is not now; by event.",
    labels: ["breach", "none"],
    trained: true,
  },
  "cooling-unit": {
    title: "Health of the cooling unit",
    description: "Whether the hold gets warmer than allowed on the road within a day; by vehicle and day.",
    labels: ["failing", "healthy"],
    trained: true,
  },
  "sensor-fault": {
    title: "Fault of the temperature sensor",
    description: "Whether the sensor repeats itself, or jumps; by event.",
    labels: ["stuck", "spike", "none"],
    trained: false,
  },
} as const satisfies Record<string, ModelKind>;

export type ModelName = keyof typeof MODELS;

interface ModelKind {
  title: string;
  description: string;
  /** What a prediction says: those that are acted on, then the one that means nothing is wrong. */
  labels: readonly string[];
  /** Whether versions of it are learnt from the data; otherwise the rule is all there is. */
  trained: boolean;
}

/** What predictions say where nothing is wrong. */
export const QUIET: string[] = Object.values(MODELS).map(({labels}) => labels.at(-1)!);

/** The version of a prediction that no model made. */
export const RULE = 0;

/** @throws Error naming those that there are */
export function modelNamed(name: string): ModelName {
  if (name in MODELS) return name as ModelName;
  throw new Error(`"${name}" is no model: name ${Object.keys(MODELS).join(", ")}`);
}
