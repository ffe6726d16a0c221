import type {History, Prediction} from "../wire.ts";
import {type Charts, createCharts, type Series} from "./charts.ts";
import {trackOf} from "./projection.ts";

/** Loads and shows the past of the selected vehicle, and keeps it current. */
interface HistoryView {
  history: History | undefined;
  problem: string;
  /** What was predicted in that time. */
  predictions: Prediction[];
  open(id: string, minutes: number, series: Series[], predicts: boolean): void;
  close(): void;
  /** Draws the charts anew, for another theme. */
  restyle(): void;
}

export function createHistory(onChange: () => void, onTrack: (points: {x: number; y: number}[]) => void): HistoryView {
  let charts: Charts | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = {from: 0, to: 1};
  let newest = 0;
  let drawn: Series[] = [];
  const view: HistoryView = {
    history: undefined,
    problem: "",
    predictions: [],
    open(id, minutes, series, predicts) {
      stop();
      // The elements may be others now.
      discard();
      drawn = series;
      draw();
      void load(id, minutes, predicts, ++newest);
    },
    close() {
      stop();
      newest++;
      discard();
      view.history = undefined;
      view.problem = "";
      view.predictions = [];
    },
    restyle() {
      discard();
      draw();
    },
  };
  return view;

  function stop() {
    clearTimeout(timer);
  }

  function discard() {
    charts?.destroy();
    charts = undefined;
  }

  async function load(vehicle: string, minutes: number, predicts: boolean, turn: number) {
    const to = Date.now();
    const from = to - minutes * 60_000;
    const fields = drawn.flatMap(({field}) => field ?? []).join();
    const query = new URLSearchParams({vehicle, from: String(from), to: String(to), ...(fields ? {fields} : {})});
    try {
      const [history, predictions] = await Promise.all([
        read<History>(`/api/history?${query}`),
        predicts ? read<Prediction[]>(`/api/predictions?${query}`) : [],
      ]);
      if (turn !== newest) return;
      view.history = history;
      view.predictions = predictions;
      view.problem = "";
      shown = {from, to};
      onTrack(trackOf(history));
    } catch (error) {
      if (turn !== newest) return;
      view.problem = `The history could not be read: ${(error as Error).message}`;
    }
    onChange();
    draw();
    timer = setTimeout(() => void load(vehicle, minutes, predicts, turn), minutes <= 60 ? 5_000 : 60_000);
  }

  function draw() {
    if (!view.history) return;
    const hosts = drawn.map((series) => [series, document.getElementById(`plot-${series.key}`)!] as const);
    if (hosts.some(([, host]) => !host)) return;
    charts ??= createCharts(new Map(hosts));
    charts.show(view.history, shown.from, shown.to);
  }
}

/** @throws Error with the server's words */
async function read<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}
