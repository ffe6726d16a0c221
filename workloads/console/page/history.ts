import type {History} from "../wire.ts";
import {type Charts, createCharts} from "./charts.ts";
import {METRICS, type Metric} from "./draw.ts";
import {trackOf} from "./projection.ts";

/** Loads and shows the past of the selected vehicle, and keeps it current. */
interface HistoryView {
  history: History | undefined;
  problem: string;
  open(id: string, minutes: number): void;
  close(): void;
  /** Draws the charts anew, for another theme. */
  restyle(): void;
}

export function createHistory(onChange: () => void, onTrack: (points: {x: number; y: number}[]) => void): HistoryView {
  let charts: Charts | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = {from: 0, to: 1};
  let newest = 0;
  const view: HistoryView = {
    history: undefined,
    problem: "",
    open(id, minutes) {
      stop();
      void load(id, minutes, ++newest);
    },
    close() {
      stop();
      newest++;
      charts?.destroy();
      charts = undefined;
      view.history = undefined;
      view.problem = "";
    },
    restyle() {
      charts?.destroy();
      charts = undefined;
      draw();
    },
  };
  return view;

  function stop() {
    clearTimeout(timer);
  }

  async function load(vehicle: string, minutes: number, turn: number) {
    const to = Date.now();
    const from = to - minutes * 60_000;
    const query = new URLSearchParams({vehicle, from: String(from), to: String(to)});
    try {
      const response = await fetch(`/api/history?${query}`);
      if (!response.ok) throw new Error((await response.text()).trim());
      const history: History = await response.json();
      if (turn !== newest) return;
      view.history = history;
      view.problem = "";
      shown = {from, to};
      onTrack(trackOf(history));
    } catch (error) {
      if (turn !== newest) return;
      view.problem = `The history could not be read: ${(error as Error).message}`;
    }
    onChange();
    draw();
    timer = setTimeout(() => void load(vehicle, minutes, turn), minutes <= 60 ? 5_000 : 60_000);
  }

  function draw() {
    if (!view.history) return;
    const names = Object.keys(METRICS) as Metric[];
    const hosts = names.map((metric) => [metric, document.getElementById(`plot-${metric}`)!] as const);
    if (hosts.some(([, host]) => !host)) return;
    charts ??= createCharts(Object.fromEntries(hosts) as Record<Metric, HTMLElement>);
    charts.show(view.history, shown.from, shown.to);
  }
}
