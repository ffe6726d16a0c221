import type {BreachTarget} from "../workloads/predictions/breach/target.ts";
import type {Scorer} from "../workloads/predictions/onnx.ts";
import {createPart} from "../workloads/predictions/scorer.ts";
import type {Scored} from "../workloads/predictions/vehicles.ts";

/** Of the predictions that are stored: how many there are, say so, and say so rightly; how many breaches came after one. */
interface Live {
  stored: number;
  warned: number;
  right: number;
  came: number;
}

/** What the scorer stores of a fleet's events, with a model in production, against what came within the horizon. @param events in the order of time, by parts */
export async function live(
  events: AsyncIterable<Scored[]>,
  {scorer, threshold}: {scorer: Scorer; threshold: number},
  target: BreachTarget,
): Promise<Live> {
  const part = createPart(target);
  const found: {vehicle: string; ms: number; label: string}[] = [];
  const warm = new Map<string, number[]>();
  const last = new Map<string, number>();
  for await (const some of events) {
    const times = some.map(({ts}) => ts.getTime());
    const {predictions} = await part.take(some, times, {version: 1, threshold, ...scorer});
    found.push(...predictions.filter(({model}) => model === "cold-chain-breach"));
    for (const {vehicle_id, ts, temperature} of some) {
      last.set(vehicle_id, ts.getTime());
      if (temperature === null || temperature <= target.max) continue;
      if (!warm.has(vehicle_id)) warm.set(vehicle_id, []);
      warm.get(vehicle_id)!.push(ts.getTime());
    }
  }
  const known = found.filter(({vehicle, ms}) => last.get(vehicle)! >= ms + target.horizon * 1_000);
  const comes = ({vehicle, ms}: {vehicle: string; ms: number}) =>
    warm.get(vehicle)?.some((time) => time > ms && time <= ms + target.horizon * 1_000) ?? false;
  const came = known.filter(comes);
  return {
    stored: known.length,
    warned: known.filter(({label}) => label === "breach").length,
    right: came.filter(({label}) => label === "breach").length,
    came: came.length,
  };
}
