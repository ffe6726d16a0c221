import {network as manifests} from "../../cdk8s/components/network/manifests.ts";
import {type Component, ready} from "./component.ts";

/** The policy for pods that no policy of their own opens. */
export const network: Component = {
  ...manifests,
  dependsOn: [],
  readiness: () => ready("applied; the network plugin enforces it"),
};
