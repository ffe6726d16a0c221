import type {Chart} from "cdk8s";
import {hasAlertReceiver} from "../../../api/components/alerting.ts";
import {isForwarded, type Receiver, type SecretKey} from "../../../api/components/receivers.ts";
import {byMeasure} from "../../../api/event.ts";
import {secondsOf} from "../../../api/quantities.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {credentials, env, fromSecret, running} from "../../context.ts";
import {isolate} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {selectOf} from "../monitoring/records.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {fleetAlerts} from "./alerts.ts";

export const receiverName = (pipeline: string) => `${pipeline}-alert-receiver`;

const SECRETS = "/etc/receivers";

const fileOf = (ref: SecretKey, key: string): string => `${SECRETS}/${ref.name}/${ref.key ?? key}`;

/** Of those that it sends to. Values of Secrets are read from their files. */
function targetOf({name, severities, sendResolved, email, slack, teams, sms, webhook}: Receiver): object {
  const common = {name, severities: severities ?? ["critical", "warning"], sendResolved: sendResolved ?? true};
  if (sms) {
    const {url, secret, from, to} = sms;
    return {...common, kind: "sms", url, from, to, secret: `${SECRETS}/${secret}`};
  }
  if (email) {
    const {passwordSecretRef: password, requireTLS = true, ...rest} = email;
    return {
      ...common,
      kind: "email",
      ...rest,
      requireTLS,
      ...(password ? {passwordFile: fileOf(password, "password")} : {}),
    };
  }
  if (webhook) {
    const {urlSecretRef: url, signingSecretRef: signing} = webhook;
    return {
      ...common,
      kind: "webhook",
      urlFile: fileOf(url, "url"),
      ...(signing ? {signingFile: fileOf(signing, "secret")} : {}),
    };
  }
  if (teams) return {...common, kind: "teams", urlFile: fileOf(teams.urlSecretRef, "url")};
  const {urlSecretRef, channel} = slack!;
  return {...common, kind: "slack", urlFile: fileOf(urlSecretRef, "url"), ...(channel ? {channel} : {})};
}

const secretsOf = ({email, slack, teams, sms, webhook}: Receiver): string[] =>
  [
    sms?.secret,
    webhook?.urlSecretRef.name,
    webhook?.signingSecretRef?.name,
    slack?.urlSecretRef.name,
    teams?.urlSecretRef.name,
    email?.passwordSecretRef?.name,
  ].filter((name) => name !== undefined);

export const alertReceiver: Manifests = {
  name: "alert-receiver",
  title: "alert receiver",
  enabled: hasAlertReceiver,
  build,
  uses: ["timescaledb"],
  passwords: {suffixes: ["alert-receiver"]},
  metrics: {port: "http"},
  alerts: (context) => fleetAlerts(selectOf(context), context.spec.observability.alerting.thresholds),
};

/** The program that keeps alerts in TimescaleDB, shows them, forwards them, and judges single vehicles for Prometheus. */
function build(chart: Chart, context: PlanContext): void {
  const name = receiverName(context.name);
  const {receivers = [], thresholds, sizing, pod} = context.spec.observability.alerting;
  const forwarded = receivers.filter(isForwarded);
  const {silent, retired} = thresholds;
  const store = timescaledbClient(context);
  const targets = forwarded.map(targetOf);
  credentials(chart, context, name, {});
  // Alertmanager may be anywhere, and people come by way of an ingress; the token is what keeps others out. A URL's port is in a Secret.
  isolate(chart, context, {from: [{ports: ["http"]}], to: targets.length > 0 ? [{ports: []}] : []});
  deployment(chart, context, {
    name,
    command: ["workloads/alert-receiver/main.ts"],
    // One at a time sends; what it has not sent is in the database.
    replicas: running(context) ? 1 : 0,
    sizing,
    options: pod,
    env: [
      ...env({
        PIPELINE: context.name,
        NAMESPACE: context.namespace,
        TARGETS: JSON.stringify(targets),
        SILENT_SECONDS: secondsOf(silent),
        RETIRED_SECONDS: secondsOf(retired),
        RANGES: JSON.stringify({
          ...byMeasure(({name}) => thresholds[name]),
          ...Object.fromEntries((thresholds.fields ?? []).map(({name, ...range}) => [name, range])),
        }),
      }),
      fromSecret("RECEIVER_TOKEN", name, "password"),
      ...store.env,
    ],
    files: [
      ...[...new Set(forwarded.flatMap(secretsOf))].map((secret) => ({secret, folder: `${SECRETS}/${secret}`})),
      ...store.files,
    ],
  });
}
