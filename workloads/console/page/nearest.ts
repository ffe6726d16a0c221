import {inGroup} from "./master.ts";
import {type Model, progress, type Vehicle} from "./model.ts";
import {screenX, screenY, type View} from "./projection.ts";

const NEAR_PX = 14;

/** The vehicle that is drawn nearest to a point of the canvas, if one is near. */
export function nearest(
  model: Model,
  {view, width, height}: {view: View; width: number; height: number},
  px: number,
  py: number,
): Vehicle | undefined {
  let best: Vehicle | undefined;
  let distance = NEAR_PX;
  const time = performance.now();
  for (const vehicle of inGroup(model)) {
    const done = progress(model, vehicle, time);
    const x = screenX(view, vehicle.fromX + (vehicle.x - vehicle.fromX) * done, width);
    const y = screenY(view, vehicle.fromY + (vehicle.y - vehicle.fromY) * done, height);
    const away = Math.hypot(x - px, y - py);
    if (away < distance) [best, distance] = [vehicle, away];
  }
  return best;
}
