import uPlot from "uplot";
import type {History} from "../wire.ts";
import {METRICS, type Metric} from "./draw.ts";
import {bridged} from "./gaps.ts";
import {color} from "./theme.ts";

/** Hours and minutes; for spans over a day the date as well. */
const clock = (seconds: number, span: number): string =>
  new Date(seconds * 1_000).toLocaleString([], {
    hourCycle: "h23",
    ...(span > 90_000 ? {month: "short", day: "numeric"} : {hour: "2-digit", minute: "2-digit"}),
  });

/** One chart a metric, with one cursor for all. */
export interface Charts {
  show(history: History, from: number, to: number): void;
  destroy(): void;
}

const HEIGHT = 128;
const FONT = "11px system-ui, sans-serif";

export function createCharts(hosts: Record<Metric, HTMLElement>): Charts {
  let plots: uPlot[] = [];
  let [from, to] = [0, 1];
  const width = () => hosts.speed.clientWidth;

  function plot(metric: Metric, data: uPlot.AlignedData): uPlot {
    const {label, unit, digits} = METRICS[metric];
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
          y: metric === "speed" ? {range: (_, _low, high) => [0, Math.max(10, high * 1.1)]} : {},
        },
        axes: [
          {...axis, space: 60, size: 24, values: (_, times) => times.map((time) => clock(time, to - from))},
          {...axis, size: 40, space: 28},
        ],
        series: [
          {},
          {
            label,
            stroke: color(`chart-${metric}`),
            fill: metric === "speed" ? color("chart-fill") : undefined!,
            width: 1.5,
            points: {show: false},
          },
        ],
        hooks: {
          setCursor: [
            (self) => {
              const at = self.cursor.idx;
              const value = at == null ? undefined : self.data[1]![at];
              const text =
                value == null
                  ? ""
                  : `${value.toFixed(digits + 1)} ${unit} · ${new Date(self.data[0]![at!]! * 1_000).toLocaleTimeString([], {hourCycle: "h23"})}`;
              hosts[metric].previousElementSibling!.querySelector("output")!.textContent = text;
            },
          ],
        },
      },
      data,
      hosts[metric],
    );
  }

  const resize = new ResizeObserver(() => {
    for (const plot of plots) plot.setSize({width: width(), height: HEIGHT});
  });
  resize.observe(hosts.speed);

  return {
    show(history, start, end) {
      [from, to] = [start / 1_000, end / 1_000];
      const metrics = Object.keys(hosts) as Metric[];
      const dataOf = (metric: Metric): uPlot.AlignedData => [history.time, bridged(history.time, history[metric])];
      if (plots.length > 0) for (const [at, metric] of metrics.entries()) plots[at]!.setData(dataOf(metric));
      else plots = metrics.map((metric) => plot(metric, dataOf(metric)));
    },
    destroy() {
      resize.disconnect();
      for (const plot of plots) plot.destroy();
      plots = [];
    },
  };
}
