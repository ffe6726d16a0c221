import {inGroup} from "./master.ts";
import {isPlaced, type Model} from "./model.ts";
import {fit, nearTo, type View, zoomed} from "./projection.ts";

/** Room for labels, scale and legend above and below. */
const EDGE_PX = 70;
const START: View = {x: 0.5, y: 0.35, scale: 600};

/** The part of the world in sight: all vehicles until the user takes the map. */
interface Camera {
  /** The view of the last frame; undefined before the first one. */
  view(): View | undefined;
  /** The view of the frame that is drawn now. */
  next(): View;
  pan(dx: number, dy: number): void;
  zoom(factor: number, dx?: number, dy?: number): void;
  fitAll(): void;
  /** Brings a vehicle into sight. */
  show(id: string): void;
}

export function createCamera(model: Model, size: {width: number; height: number}, onMove: () => void): Camera {
  let view: View | undefined;
  let following = true;

  function take(change: (view: View) => View) {
    if (!view) return;
    following = false;
    view = change(view);
    // Beyond the 180th meridian the map goes round.
    view.x -= Math.floor(view.x);
    onMove();
  }

  return {
    view: () => view,
    next() {
      if (following || !view) view = fit(inGroup(model), size.width, size.height - EDGE_PX) ?? START;
      return view;
    },
    pan: (dx, dy) => take(({x, y, scale}) => ({x: x - dx / scale, y: y - dy / scale, scale})),
    zoom: (factor, dx = 0, dy = 0) => take((now) => zoomed(now, factor, dx, dy)),
    fitAll() {
      following = true;
      onMove();
    },
    show(id) {
      const vehicle = model.byId.get(id);
      if (!vehicle || !view || !isPlaced(vehicle)) return;
      const [dx, dy] = [(nearTo(vehicle.x, view.x) - view.x) * view.scale, (vehicle.y - view.y) * view.scale];
      if (Math.abs(dx) > 0.4 * size.width || Math.abs(dy) > 0.4 * size.height)
        take(({scale}) => ({x: vehicle.x, y: vehicle.y, scale}));
    },
  };
}
