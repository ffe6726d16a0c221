import {coldChain, fleet, utilisation} from "./fleet.ts";
import type {Dashboard} from "./model.ts";
import {predictions} from "./predictions.ts";
import {lake, warehouse} from "./stores.ts";
import {alerts, crossings, quality} from "./trouble.ts";

/**
 * By the key in their URL.
 *
 * @param limit of the cold chain, in °C
 */
export const dashboardsOf = (limit: number): Record<string, Dashboard> => ({
  fleet,
  utilisation,
  cold_chain: coldChain(limit),
  alerts,
  crossings,
  quality,
  predictions,
  warehouse,
  lake,
});
