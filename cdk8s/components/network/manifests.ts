import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, PIPELINE_LABEL} from "../../context.ts";

/** No pod of the pipeline is reached by anyone whom no other policy lets in. */
export function network(chart: Chart, {name}: BuildContext): void {
  new k8s.KubeNetworkPolicy(chart, `NetworkPolicy-${name}`, {
    metadata: {name},
    spec: {podSelector: {matchLabels: {[PIPELINE_LABEL]: name}}, policyTypes: ["Ingress"]},
  });
}
