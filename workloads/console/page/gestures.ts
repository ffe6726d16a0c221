/** The user's wishes, in pixels of the canvas. */
interface Gestures {
  pan(dx: number, dy: number): void;
  /** `dx` and `dy` are the place that stays where it is, from the middle. */
  zoom(factor: number, dx?: number, dy?: number): void;
  fitAll(): void;
  click(x: number, y: number): void;
}

/** A pointer that moved less is a click. */
const DRAG_PX = 3;

export function listenTo(canvas: HTMLCanvasElement, {pan, zoom, fitAll, click}: Gestures): void {
  let dragged = 0;
  canvas.addEventListener("pointerdown", (event) => {
    dragged = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
    if (dragged > DRAG_PX) pan(event.movementX, event.movementY);
  });
  canvas.addEventListener("click", (event) => {
    if (dragged <= DRAG_PX) click(event.offsetX, event.offsetY);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const {clientWidth, clientHeight} = canvas;
      zoom(Math.exp(-event.deltaY / 400), event.offsetX - clientWidth / 2, event.offsetY - clientHeight / 2);
    },
    {passive: false},
  );
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
  canvas.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
