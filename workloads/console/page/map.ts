import {createCamera} from "./camera.ts";
import {drawMap, type Metric} from "./draw.ts";
import {listenTo} from "./gestures.ts";
import type {Model} from "./model.ts";
import {nearest} from "./nearest.ts";
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

/** Drawing takes at most this share of the time. */
const SHARE = 0.35;

export function createMap(
  canvas: HTMLCanvasElement,
  model: Model,
  onSelect: (id: string | undefined) => void,
): FleetMap {
  const context = canvas.getContext("2d")!;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const size = {width: 0, height: 0};
  let selected: string | undefined;
  let metric: Metric = "speed";
  let line: {x: number; y: number}[] = [];
  let world: World | undefined;
  let dirty = true;
  let next = 0;

  const mark = () => {
    dirty = true;
  };
  const camera = createCamera(model, size, mark);
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
  followSize(canvas, size, mark);

  function frame(time: number) {
    requestAnimationFrame(frame);
    const gliding = !still.matches && time - model.changed < model.pace + 50;
    if ((!dirty && !gliding) || time < next || size.width === 0) return;
    dirty = false;
    const began = performance.now();
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawMap(context, {
      ...size,
      model,
      view: camera.next(),
      selected,
      line,
      metric,
      world,
      time: still.matches ? Infinity : time,
    });
    next = time + Math.max(15, (performance.now() - began) / SHARE);
  }
  requestAnimationFrame(frame);

  listenTo(canvas, {
    ...camera,
    click(x, y) {
      const view = camera.view();
      if (view) onSelect(nearest(model, {...size, view}, x, y)?.id);
    },
  });

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
    fitAll: camera.fitAll,
    zoom: camera.zoom,
    show: camera.show,
    redraw: mark,
  };
}

/** Keeps the canvas as fine as the screen, and its size in CSS pixels in `size`. */
function followSize(canvas: HTMLCanvasElement, size: {width: number; height: number}, onChange: () => void) {
  new ResizeObserver(() => {
    Object.assign(size, {width: canvas.clientWidth, height: canvas.clientHeight});
    canvas.width = size.width * devicePixelRatio;
    canvas.height = size.height * devicePixelRatio;
    onChange();
  }).observe(canvas);
}
