import {App, Chart} from "cdk8s";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {components} from "../components/all.ts";
import type {Component} from "../components/component.ts";
import type {KubeObject} from "../runtime/types.ts";

export interface PlannedComponent {
  component: Component;
  objects: KubeObject[];
}

/** The objects of every enabled component, in apply order. Pure: the same context gives the same plan. */
export function plan(context: BuildContext): PlannedComponent[] {
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
      component.build(chart, context);
      return {component, objects: chart.toJson() as KubeObject[]};
    });
}

/** Names of the Secrets that hold a random password. */
export const passwordSecrets = (name: string): string[] => [
  `${name}-timescaledb`,
  `${name}-timescaledb-reader`,
  `${name}-timescaledb-monitor`,
  `${name}-superuser`,
  `${name}-cassandra`,
  `${name}-cassandra-reader`,
  `${name}-console`,
  `${name}-alert-receiver`,
];

/** The password in a live Secret. */
export function passwordIn(secret: KubeObject | undefined): string | undefined {
  const encoded: string | undefined = secret?.data?.password;
  return encoded && Buffer.from(encoded, "base64").toString();
}
