import {STORES} from "../../../api/stores.ts";
import {type AlertContext, type Manifests, ownNotReady} from "../../component.ts";
import type {Alert, NotReadyAlert} from "./alert.ts";
import {type Pipeline, type Select, selectOf} from "./records.ts";

/**
 * Alerts on what must exist and does not: its own series end with its pods. The operator, which knows what a pipeline has, exports how each
 * part is; targets that the spec asks for count as well, in case the operator is away or nobody scrapes it.
 */
interface Expected {
  /** The components of the spec. Upstream's clusters have alerts of their own: their updates go one node after another. */
  enabled: Manifests[];
  /** Components with pods that Prometheus scrapes. */
  targets: string[];
  /** Whether the spec wants it to run. */
  running: boolean;
}

const COMPONENT = "telemetry_component_ready";
const PIPELINE = "telemetry_pipeline_ready";
/** Components that wait for another one, which has its own alert, and those that are being removed. */
const EXCUSED = 'reason!~"WaitingForDependency|Deleting"';
/** The operator's series know no uid: they are of the pipeline that is there. */
const readyOf = ({name, namespace}: Pipeline): Select => selectOf({name, namespace});

const notReady = (ready: Select, components: string): string =>
  `min by (namespace, pipeline, component) (${ready(COMPONENT, `${components},${EXCUSED}`)}) == 0`;

const reasonOf = (ready: Select): string =>
  `{{ range printf \`${ready(COMPONENT, 'component="%s"')} == 0\` .Labels.component | query }} {{ .Labels.reason }}{{ end }}`;

const MEANING = "The operator finds it incomplete, or without a pod that runs.";
const FIX =
  "`telemetry-operator status <pipeline>` says what it waits for: in the words of the API server (a quota, Pod Security, a webhook), of the scheduler, or of the kubelet (an image, a volume, a program that ends).";

/** An upstream cluster that is not ready; what explains it better is held to be the cause. */
export const componentNotReady = (pipeline: AlertContext, component: string, about: NotReadyAlert): Alert => ({
  ...about,
  severity: "critical",
  expr: notReady(readyOf(pipeline), `component="${component}"`),
  for: "10m",
  summary: `{{ $labels.component }} has not been ready for 10 minutes:${reasonOf(readyOf(pipeline))}`,
  meaning: MEANING,
  fix: FIX,
});

export function readinessAlerts(pipeline: AlertContext, {enabled, targets, running}: Expected): Alert[] {
  const ready = readyOf(pipeline);
  const select = selectOf(pipeline);
  const names = (components: Manifests[]) => components.map(({name}) => name);
  const aside = names(pipeline.components.filter(({notReady}) => notReady === "aside"));
  const own = names(enabled.filter((component) => ownNotReady(component, pipeline.spec)));
  const others = [...own, ...aside].join("|");
  const withStore = (expr: string) =>
    `label_replace(${expr}, "store", "$1", "component", "(?:ingester-)?(${STORES.join("|")})")`;
  const about = {
    for: "5m",
    summary: `{{ $labels.component }} has not been ready for 5 minutes:${reasonOf(ready)}`,
    meaning: MEANING,
    fix: FIX,
  };
  return [
    {
      ...about,
      name: "TelemetryComponentNotReady",
      severity: "critical",
      expr: withStore(notReady(ready, `component!~"${others}"`)),
      explains: [
        "TelemetryComponentAbsent",
        "TelemetryStoreStale",
        "TelemetryConsumerStuck",
        "TelemetryLagGrowing",
        "TelemetryWritesSlow",
        "TelemetryNoEvents",
      ],
      by: "store",
    },
    {
      ...about,
      name: "TelemetryCompanionNotReady",
      severity: "warning",
      expr: notReady(ready, `component=~"${aside.join("|")}"`),
      explains: ["TelemetryComponentAbsent"],
    },
    ...(targets.length > 0 ? [componentAbsent(select, targets)] : []),
    ...(running ? [pipelineNotReady(ready)] : []),
    {
      name: "TelemetryReadinessUnknown",
      severity: "warning",
      expr: `absent(${ready(PIPELINE)})`,
      for: "10m",
      summary: "The readiness of this pipeline is unknown.",
      meaning:
        "The operator is down, so nothing is repaired; or Prometheus does not scrape it, so readiness alerts cannot fire.",
      fix: "`kubectl get pods -A -l app.kubernetes.io/name=telemetry-operator`: if it runs, let Prometheus scrape it; see docs/alerting.md#monitoring-the-operator.",
    },
  ];
}

const componentAbsent = (select: Select, targets: string[]): Alert => ({
  name: "TelemetryComponentAbsent",
  severity: "critical",
  expr: targets.map((component) => `absent(${select("up", `component="${component}"`)})`).join(" or "),
  for: "10m",
  summary: "{{ $labels.component }} has had no pod for 10 minutes.",
  meaning: "The spec asks for it, and Prometheus finds no pod of it to scrape.",
  fix: FIX,
});

const pipelineNotReady = (ready: Select): Alert => ({
  name: "TelemetryPipelineNotReady",
  severity: "warning",
  expr: `min by (namespace, pipeline) (${ready(PIPELINE)}) == 0 unless on (namespace, pipeline) ${ready(COMPONENT)} == 0`,
  for: "10m",
  summary: "The pipeline has not been ready for 10 minutes, though each component is.",
  meaning: "Its spec or one of its objects is refused, or no rows arrive.",
  fix: "Check `kubectl get tp <pipeline> -o wide` and condition Ready of its status; docs/reference/reasons.md has the fix for each reason.",
});
