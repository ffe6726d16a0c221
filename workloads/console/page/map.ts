import {drawMap, type Metric} from "./draw.ts";
import {isPlaced, type Model, progress, type Vehicle} from "./model.ts";
import {fit, nearTo, screenX, screenY, type View, zoomed} from "./projection.ts";
import {loadWorld, type World} from "./world.ts";

/** The fleet on a canvas: pan by drag or arrows, zoom by wheel or +/-, 0 shows all, a click selects. */
interface FleetMap {
  select(id: string | undefined): void;
  /** Line of the selected vehicle's past. */
  track(points: {x: number; y: number}[]): void;
  colorBy(metric: Metric): void;
  fitAll(): void;
  zoom(factor: number): void;
  /** Brings a vehicle into sight. */
  show(id: string): void;
  redraw(): void;
}

const NEAR_PX = 14;
/** Room for labels, scale and legend above and below. */
const EDGE_PX = 70;
/** Drawing takes at most this share of the time. */
const SHARE = 0.35;

export function createMap(
  canvas: HTMLCanvasElement,
  model: Model,
  onSelect: (id: string | undefined) => void,
): FleetMap {
  const context = canvas.getContext("2d")!;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let view: View | undefined;
  let following = true;
  let selected: string | undefined;
  let metric: Metric = "speed";
  let line: {x: number; y: number}[] = [];
  let [width, height] = [0, 0];
  let world: World | undefined;
  let dirty = true;
  let next = 0;

  const mark = () => {
    dirty = true;
  };
  // The vehicles come first; a map without outlines is still a map.
  const outlines = () =>
    loadWorld().then(
      (loaded) => {
        world = loaded;
        mark();
      },
      ({message}: Error) => console.warn(message),
    );
  setTimeout(outlines, 200);
  new ResizeObserver(() => {
    ({clientWidth: width, clientHeight: height} = canvas);
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    mark();
  }).observe(canvas);

  function frame(time: number) {
    requestAnimationFrame(frame);
    const gliding = !still.matches && time - model.changed < model.pace + 50;
    if ((!dirty && !gliding) || time < next || width === 0) return;
    // Keeps all in sight until the user takes the map.
    if (following || !view) view = fit(model.vehicles, width, height - EDGE_PX) ?? {x: 0.5, y: 0.35, scale: 600};
    dirty = false;
    const began = performance.now();
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawMap(context, {
      model,
      view,
      width,
      height,
      selected,
      line,
      metric,
      world,
      time: still.matches ? Infinity : time,
    });
    next = time + Math.max(15, (performance.now() - began) / SHARE);
  }
  requestAnimationFrame(frame);

  function nearest(px: number, py: number): Vehicle | undefined {
    let best: Vehicle | undefined;
    let distance = NEAR_PX;
    const time = performance.now();
    for (const vehicle of model.vehicles) {
      const done = progress(model, vehicle, time);
      const x = screenX(view!, vehicle.fromX + (vehicle.x - vehicle.fromX) * done, width);
      const y = screenY(view!, vehicle.fromY + (vehicle.y - vehicle.fromY) * done, height);
      const away = Math.hypot(x - px, y - py);
      if (away < distance) [best, distance] = [vehicle, away];
    }
    return best;
  }

  function take(change: (view: View) => View) {
    if (!view) return;
    following = false;
    view = change(view);
    // Who goes on beyond the 180th meridian goes round.
    view.x -= Math.floor(view.x);
    mark();
  }
  const pan = (dx: number, dy: number) => take(({x, y, scale}) => ({x: x - dx / scale, y: y - dy / scale, scale}));
  const zoom = (factor: number, dx = 0, dy = 0) => take((now) => zoomed(now, factor, dx, dy));

  let dragged = 0;
  canvas.addEventListener("pointerdown", (event) => {
    dragged = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
    if (dragged > 3) pan(event.movementX, event.movementY);
  });
  canvas.addEventListener("click", (event) => {
    if (dragged <= 3 && view) onSelect(nearest(event.offsetX, event.offsetY)?.id);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), event.offsetX - width / 2, event.offsetY - height / 2);
    },
    {passive: false},
  );
  canvas.addEventListener("keydown", (event) => {
    const keys: Record<string, () => void> = {
      ArrowLeft: () => pan(60, 0),
      ArrowRight: () => pan(-60, 0),
      ArrowUp: () => pan(0, 60),
      ArrowDown: () => pan(0, -60),
      "+": () => zoom(1.5),
      "=": () => zoom(1.5),
      "-": () => zoom(1 / 1.5),
      "0": fitAll,
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  function fitAll() {
    following = true;
    mark();
  }

  return {
    select(id) {
      selected = id;
      line = [];
      mark();
    },
    track(points) {
      line = points;
      mark();
    },
    colorBy(wanted) {
      metric = wanted;
      mark();
    },
    fitAll,
    zoom,
    show(id) {
      const vehicle = model.byId.get(id);
      if (!vehicle || !view || !isPlaced(vehicle)) return;
      const [dx, dy] = [(nearTo(vehicle.x, view.x) - view.x) * view.scale, (vehicle.y - view.y) * view.scale];
      if (Math.abs(dx) > 0.4 * width || Math.abs(dy) > 0.4 * height)
        take(({scale}) => ({x: vehicle.x, y: vehicle.y, scale}));
    },
    redraw: mark,
  };
}
