import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Manifests} from "../../component.ts";
import {type BuildContext, PIPELINE_LABEL} from "../../context.ts";

export const network: Manifests = {
  name: "network",
  title: "network policies",
  enabled: (spec) => spec.networkPolicies.enabled,
  build,
};

/** No pod of the pipeline is reached by anyone whom no other policy lets in. */
function build(chart: Chart, {name}: BuildContext): void {
  new k8s.KubeNetworkPolicy(chart, `NetworkPolicy-${name}`, {
    metadata: {name},
    spec: {podSelector: {matchLabels: {[PIPELINE_LABEL]: name}}, policyTypes: ["Ingress"]},
  });
}
