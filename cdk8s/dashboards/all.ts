import type {Dashboard} from "@grafana/grafana-foundation-sdk/dashboard";
import type {Manifests} from "../component.ts";
import {fleet} from "./fleet.ts";
import {build} from "./kit.ts";
import {operator} from "./operator.ts";
import {pipeline} from "./pipeline.ts";

/** A dashboard by its key. */
export type Keyed = [key: string, dashboard: Dashboard];

/** Every dashboard, in the order of the docs: of fleets and pipelines, of each component that has one, of the operator. */
export async function dashboardsOf(components: Manifests[]): Promise<Keyed[]> {
  const own = await Promise.all(components.flatMap(({dashboard}) => dashboard?.() ?? []));
  return [fleet, pipeline, ...own, operator].map((board) => [board.key, build(board)]);
}
