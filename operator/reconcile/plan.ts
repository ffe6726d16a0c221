import {App, Chart} from "cdk8s";
import {hasAlertReceiver} from "../../api/components/alerting.ts";
import {managesCassandra} from "../../api/components/cassandra.ts";
import {managesTimescaledb} from "../../api/components/timescaledb.ts";
import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {PodOwner} from "../../cdk8s/components/pod-owners.ts";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {Component} from "../components/component.ts";
import {podOwnersOf} from "../components/derived.ts";
import type {KubeObject} from "../runtime/types.ts";

export interface PlannedComponent {
  component: Component;
  objects: KubeObject[];
}

/** The objects of every enabled component, in apply order. Pure: the same context gives the same plan. */
export function plan(context: BuildContext): PlannedComponent[] {
  const podOwners: PodOwner[] = [];
  return components
    .filter((component) => component.enabled(context.spec))
    .map((component) => {
      // An App of its own: with each chart that is read, cdk8s prepares all of its App anew.
      const chart = new Chart(new App(), component.name, {
        namespace: context.namespace,
        disableResourceNameHashes: true,
        labels: {
          "app.kubernetes.io/managed-by": "telemetry-operator",
          [PIPELINE_LABEL]: context.name,
          [COMPONENT_LABEL]: component.name,
        },
      });
      component.build(chart, {...context, podOwners: [...podOwners]});
      const objects = chart.toJson() as KubeObject[];
      podOwners.push(...objects.flatMap(podOwnersOf));
      return {component, objects};
    });
}

/** What the names of Secrets with a random password end in, and when they are made: an external server's login is its user's. */
const PASSWORDS: {suffixes: string[]; made(spec: ResolvedSpec): boolean}[] = [
  {
    suffixes: ["timescaledb", "timescaledb-reader", "timescaledb-monitor"],
    made: managesTimescaledb,
  },
  {
    suffixes: ["superuser", "cassandra", "cassandra-reader"],
    made: managesCassandra,
  },
  {suffixes: ["console"], made: ({observability}) => observability.console.enabled},
  {suffixes: ["alert-receiver"], made: hasAlertReceiver},
];

const named = (name: string, kinds: typeof PASSWORDS): string[] =>
  kinds.flatMap(({suffixes}) => suffixes.map((suffix) => `${name}-${suffix}`));

/** Names of all Secrets with a random password that a pipeline may have had. */
export const passwordSecrets = (name: string): string[] => named(name, PASSWORDS);

/** Names of those that its spec makes. */
export const madePasswords = (name: string, spec: ResolvedSpec): string[] =>
  named(
    name,
    PASSWORDS.filter(({made}) => made(spec)),
  );

/** The password in a live Secret. */
export function passwordIn(secret: KubeObject | undefined): string | undefined {
  const encoded: string | undefined = secret?.data?.password;
  return encoded && Buffer.from(encoded, "base64").toString();
}
