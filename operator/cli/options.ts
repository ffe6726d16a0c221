import {STORES} from "../../api/stores.ts";
import type {Argument, Option} from "../runtime/command-line/table.ts";
import type {ClusterOptions} from "./connection.ts";

/** Completions come from the cluster that the options so far name. */
const names = async (given: ClusterOptions, list: "pipelines" | "namespaces"): Promise<string[]> =>
  (await import("./names.ts")).namesOf(given, list);

export const NAME = {
  name: "NAME",
  summary: "name of the pipeline",
  complete: (given) => names(given, "pipelines"),
} as const satisfies Argument;

/** The argument of a command with several tasks; the first is its default. */
export const action = <const V extends readonly [string, ...string[]]>(...values: V) =>
  ({name: "ACTION", summary: "what to do", optional: true, values, default: values[0] as V[0]}) as const;

/** The options of every command that talks to a cluster. */
export const cluster = {
  namespace: {
    short: "n",
    value: "NAMESPACE",
    summary: "Namespace of the pipeline (default: the context's)",
    complete: (given) => names(given, "namespaces"),
  },
  context: {
    value: "CONTEXT",
    summary: "Context of the kubeconfig (default: its current one)",
    complete: async ({kubeconfig}) => (await import("../runtime/config.ts")).contextNames(kubeconfig as string),
  },
  kubeconfig: {
    value: "FILE",
    summary: "Kubeconfig (default: KUBECONFIG, the pod's service account, ~/.kube/config)",
    complete: "file",
  },
} as const satisfies Record<string, Option>;

export const allNamespaces = {
  "all-namespaces": {short: "A", summary: "The pipelines of all namespaces"},
} as const satisfies Record<string, Option>;

export const filename = {
  filename: {
    short: "f",
    value: "FILE",
    summary: 'YAML or JSON with one or several TelemetryPipelines; "-" for stdin',
    repeated: true,
    complete: "file",
  },
} as const satisfies Record<string, Option>;

/** `-o`, with the default first. */
export const output = <const F extends readonly [string, ...string[]]>(...formats: F) =>
  ({
    output: {short: "o", value: "FORMAT", summary: "Output format", values: formats, default: formats[0] as F[0]},
  }) as const;

export const store = (summary: string) => ({store: {value: "STORE", summary, values: STORES}}) as const;

export const vehicle = (summary: string) => ({vehicle: {value: "ID", summary}}) as const;

export const range = (since: string, until: string) =>
  ({
    since: {value: "TIME", summary: `Start, as ISO 8601 or an age such as 15m, 12h or 7d (default: ${since})`},
    until: {value: "TIME", summary: `End, exclusive, in the same form (default: ${until})`},
  }) as const;
