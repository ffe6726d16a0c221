import {screenX, screenY, type View} from "./projection.ts";
import {color} from "./theme.ts";
import {type Box, type Country, type Line, outlinesOf, type Topology} from "./topology.ts";

/** Land, borders and names of countries under the vehicles, from Natural Earth's 1:50 million: true to a kilometre or two. */
export interface World {
  draw(context: CanvasRenderingContext2D, view: View, width: number, height: number): void;
}

/** Borders are left out where a kilometre would be seen: in a square of this many pixels, a pixel is 100 m. */
const MAX_BORDER_SCALE = 400_000;
const MIN_NAME_PX = 70;

/** Loads the world once; until it is there, and without it, the map is a grid. */
export async function loadWorld(): Promise<World> {
  const response = await fetch("/lib/world.json");
  if (!response.ok) throw new Error(`the outlines of countries cannot be loaded: ${response.status}`);
  const {land, lines, countries} = outlinesOf((await response.json()) as Topology);
  return {
    draw(context, view, width, height) {
      context.save();
      // One turn of the world around the view's centre.
      context.beginPath();
      context.rect((width - view.scale) / 2, 0, view.scale, height);
      context.clip();
      const turns = [-1, 0, 1].map((turn) => ({...view, x: view.x + turn}));
      const traceAll = (all: Line[]) => {
        context.beginPath();
        for (const turn of turns) {
          const seen = boxOf(turn, width, height);
          for (const line of all) if (meets(line, seen)) trace(context, line, turn, width, height);
        }
      };
      context.fillStyle = color("sea");
      context.fillRect(0, 0, width, height);
      context.fillStyle = color("map");
      traceAll(land);
      context.fill("evenodd");
      if (view.scale < MAX_BORDER_SCALE) {
        context.strokeStyle = color("border");
        context.lineWidth = 1;
        context.lineJoin = "round";
        traceAll(lines);
        context.stroke();
        drawNames(context, countries, view, width, height);
      }
      context.restore();
    },
  };
}

const boxOf = ({x, y, scale}: View, width: number, height: number): Box => ({
  left: x - width / 2 / scale,
  right: x + width / 2 / scale,
  top: y - height / 2 / scale,
  bottom: y + height / 2 / scale,
});

const meets = (a: Box, b: Box): boolean =>
  a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;

function trace(context: CanvasRenderingContext2D, {points}: Line, view: View, width: number, height: number) {
  for (let at = 0; at < points.length; at += 2) {
    const x = (points[at]! - view.x) * view.scale + width / 2;
    const y = (points[at + 1]! - view.y) * view.scale + height / 2;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function drawNames(context: CanvasRenderingContext2D, countries: Country[], view: View, width: number, height: number) {
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.fillStyle = color("faint");
  for (const {name, x, y, left, right} of countries) {
    const [px, py] = [screenX(view, x, width), screenY(view, y, height)];
    const room = (right - left) * view.scale;
    if (room < MIN_NAME_PX || px < 0 || py < 30 || px > width || py > height - 30) continue;
    if (context.measureText(name).width < room) context.fillText(name, px, py);
  }
  context.textAlign = "start";
}
