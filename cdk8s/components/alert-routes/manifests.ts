import type {Chart} from "cdk8s";
import {hasAlertReceiver} from "../../../api/components/alerting.ts";
import {isForwarded, type Receiver, type Severity} from "../../../api/components/receivers.ts";
import {kind, type Manifests, type PlanContext} from "../../component.ts";
import {custom} from "../../context.ts";
import type {
  AlertmanagerConfig,
  AlertmanagerConfigReceivers,
  AlertmanagerConfigRoute,
} from "../../imports/alertmanagerconfig.ts";
import {receiverName} from "../alert-receiver/manifests.ts";
import {alertsOf} from "../monitoring/alerts.ts";
import {inhibitRules} from "./inhibition.ts";

/** No receiver of a user has a dot in its name. */
const NOBODY = "own.nobody";
const OWN = "own.receiver";

const TITLE =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] pipeline {{ .CommonLabels.pipeline }}';
/** One paragraph an alert: how bad, what, and what to do. */
const TEXT =
  '{{ range .Alerts }}{{ .Status }} {{ .Labels.severity }} {{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ if eq .Status "firing" }}{{ .Annotations.action }}\n{{ end }}\n{{ end }}';

export const alertRoutes: Manifests = {
  name: "alert-routes",
  title: "alert routes",
  enabled: ({observability}) => observability.monitoring.enabled && observability.alerting.enabled,
  build,
  kinds: [kind("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig")],
};

/** Notifications, for the Alertmanager of a Prometheus operator: routes by severity, inhibition, receivers. */
function build(chart: Chart, context: PlanContext): void {
  const {name, namespace, spec} = context;
  const {receivers = [], groupWait, groupInterval, repeatInterval} = spec.observability.alerting;
  const own = hasAlertReceiver(spec);
  const native = receivers.filter((receiver) => !isForwarded(receiver));
  const routes: AlertmanagerConfigRoute[] = [
    ...(own
      ? [
          {
            receiver: OWN,
            matchers: [{name: "severity", value: "none", matchType: "=" as const}],
            // A sign of life, often enough to miss it soon.
            groupInterval: "30s",
            repeatInterval: "1m",
          },
          {receiver: OWN, continue: true},
        ]
      : []),
    ...native.map(({name: receiver, severities}) => ({receiver, continue: true, matchers: [bySeverity(severities)]})),
  ];
  custom<AlertmanagerConfig>(chart, {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "AlertmanagerConfig",
    metadata: {name, labels: spec.observability.monitoring.labels},
    spec: {
      route: {
        receiver: NOBODY,
        // Of this namespace too, where Alertmanager does not see to that (alertmanagerConfigMatcherStrategy).
        matchers: [
          {name: "pipeline", value: name, matchType: "="},
          {name: "namespace", value: namespace, matchType: "="},
        ],
        // Everything about one pipeline is one message.
        groupBy: ["namespace", "pipeline"],
        groupWait,
        groupInterval,
        repeatInterval,
        routes: routes as Record<string, unknown>[],
      },
      receivers: [{name: NOBODY}, ...(own ? [ownReceiver(name, namespace)] : []), ...native.map(receiverOf)],
      inhibitRules: inhibitRules(alertsOf(context)),
    },
  });
}

const bySeverity = (severities: Severity[] = ["critical", "warning"]) => ({
  name: "severity",
  value: severities.join("|"),
  matchType: "=~" as const,
});

function ownReceiver(pipeline: string, namespace: string): AlertmanagerConfigReceivers {
  const name = receiverName(pipeline);
  return {
    name: OWN,
    webhookConfigs: [
      {
        url: `http://${name}.${namespace}.svc.cluster.local:8080/alerts`,
        httpConfig: {authorization: {type: "Bearer", credentials: {name, key: "password"}}},
      },
    ],
  };
}

function receiverOf({name, sendResolved = true, email, slack, teams}: Receiver): AlertmanagerConfigReceivers {
  const secret = (ref: {name: string; key?: string | undefined}, key: string) => ({
    name: ref.name,
    key: ref.key ?? key,
  });
  if (email) {
    const {to, from, smarthost, username, passwordSecretRef, requireTLS = true} = email;
    return {
      name,
      emailConfigs: [
        {
          to: to.join(", "),
          from,
          smarthost,
          requireTLS,
          sendResolved,
          headers: [{key: "Subject", value: TITLE}],
          text: TEXT,
          ...(username && passwordSecretRef
            ? {authUsername: username, authPassword: secret(passwordSecretRef, "password")}
            : {}),
        },
      ],
    };
  }
  if (slack) {
    const channel = slack.channel ? {channel: slack.channel} : {};
    const apiURL = secret(slack.urlSecretRef, "url");
    return {name, slackConfigs: [{apiURL, ...channel, sendResolved, title: TITLE, text: TEXT}]};
  }
  const webhookURL = secret(teams!.urlSecretRef, "url");
  return {name, msteamsv2Configs: [{webhookURL, sendResolved, title: TITLE, text: TEXT}]};
}
