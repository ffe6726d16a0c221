import uPlot from "uplot";
import type {History} from "../wire.ts";
import {tick, timeOfDay} from "./format.ts";
import {bridged} from "./gaps.ts";
import {color} from "./theme.ts";

/** Hours and minutes; for spans over a day the date as well. */
const clock = (seconds: number, span: number): string =>
  new Date(seconds * 1_000).toLocaleString([], {
    hourCycle: "h23",
    ...(span > 90_000 ? {month: "short", day: "numeric"} : {hour: "2-digit", minute: "2-digit"}),
  });

/** What one chart draws: a reading, or a field of the spec. */
export interface Series {
  key: string;
  /** The field's name, of one that the server gives on demand. */
  field?: string;
  label: string;
  unit: string;
  /** The colour's name in the style sheet. */
  color: string;
  /** Whether it is an area from 0 on. */
  area: boolean;
  text(value: number): string;
  values(history: History): (number | null)[];
}

/** One chart a series, with one cursor for all. */
export interface Charts {
  show(history: History, from: number, to: number): void;
  destroy(): void;
}

const HEIGHT = 128;
const FONT = "11px system-ui, sans-serif";

export function createCharts(hosts: Map<Series, HTMLElement>): Charts {
  let plots: uPlot[] = [];
  let [from, to] = [0, 1];
  const [first] = hosts.values();
  const width = () => first?.clientWidth ?? 0;

  function plot({label, unit, color: name, area, text}: Series, host: HTMLElement, data: uPlot.AlignedData): uPlot {
    const axis: uPlot.Axis = {
      stroke: color("muted"),
      font: FONT,
      grid: {stroke: color("grid"), width: 1},
      ticks: {show: false},
    };
    return new uPlot(
      {
        width: width(),
        height: HEIGHT,
        legend: {show: false},
        cursor: {sync: {key: "history"}, y: false, points: {size: 6}},
        scales: {
          x: {range: () => [from, to]},
          y: area ? {range: (_, _low, high) => [0, Math.max(10, high * 1.1)]} : {},
        },
        axes: [
          {...axis, space: 60, size: 24, values: (_, times) => times.map((time) => clock(time, to - from))},
          {...axis, size: 40, space: 28, values: (_, ticks) => ticks.map(tick)},
        ],
        series: [
          {},
          {
            label,
            stroke: color(name),
            fill: area ? color("chart-fill") : undefined!,
            width: 1.5,
            points: {show: false},
          },
        ],
        hooks: {
          setCursor: [
            (self) => {
              const at = self.cursor.idx;
              const value = at == null ? undefined : self.data[1]![at];
              const shown = value == null ? "" : `${text(value)} ${unit} · ${timeOfDay(self.data[0]![at!]! * 1_000)}`;
              host.parentElement!.querySelector("output")!.textContent = shown;
            },
          ],
        },
      },
      data,
      host,
    );
  }

  const resize = new ResizeObserver(() => {
    for (const plot of plots) plot.setSize({width: width(), height: HEIGHT});
  });
  if (first) resize.observe(first);

  return {
    show(history, start, end) {
      [from, to] = [start / 1_000, end / 1_000];
      const dataOf = ({values}: Series): uPlot.AlignedData => [history.time, bridged(history.time, values(history))];
      if (plots.length > 0) for (const [at, series] of [...hosts.keys()].entries()) plots[at]!.setData(dataOf(series));
      else plots = [...hosts].map(([series, host]) => plot(series, host, dataOf(series)));
    },
    destroy() {
      resize.disconnect();
      for (const plot of plots) plot.destroy();
      plots = [];
    },
  };
}
