import type {Dashboard} from "./model.ts";

export const warehouse: Dashboard = {
  title: "Fleet by the minute",
  description: "Up to the last second, from the warehouse.",
  needs: ["warehouse"],
  rows: [
    {
      vehicles: {
        title: "Vehicles",
        description: "Vehicles that sent at least one event.",
        dataset: "vehicle_days",
        show: "number",
        metrics: ["vehicles"],
      },
      fast: {
        title: "Speed of 95 % of events",
        description: "So many events are slower, in km/h.",
        dataset: "vehicle_days",
        show: "number",
        metrics: ["fast"],
      },
      top_speed: {
        title: "Top speed",
        description: "In km/h.",
        dataset: "minutes",
        show: "number",
        metrics: ["top_speed"],
      },
    },
    {
      events: {
        title: "Events by minute",
        description: "Events of all vehicles.",
        dataset: "minutes",
        show: "line",
        by: ["minute"],
        grain: "minute",
        metrics: ["events"],
      },
      speed: {
        title: "Mean speed by minute",
        description: "Mean of all readings, in km/h.",
        dataset: "minutes",
        show: "line",
        by: ["minute"],
        grain: "minute",
        metrics: ["mean_speed"],
      },
    },
    {
      by_vehicle: {
        title: "Speeds by vehicle",
        description: "The vehicles with most events first, in km/h.",
        dataset: "vehicle_days",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["events", "fast", "top_speed"],
        limit: 1_000,
      },
    },
  ],
};

export const lake: Dashboard = {
  title: "All events",
  description: "From the lake, which has every event.",
  needs: ["lake"],
  rows: [
    {
      events: {
        title: "Events",
        description: "Events of all vehicles.",
        dataset: "history",
        show: "number",
        metrics: ["events"],
      },
      vehicles: {
        title: "Vehicles",
        description: "Vehicles that sent at least one event.",
        dataset: "history",
        show: "number",
        metrics: ["vehicles"],
      },
    },
    {
      by_day: {
        title: "Events by day",
        description: "Events of all vehicles.",
        dataset: "history",
        show: "bar",
        by: ["ts"],
        grain: "day",
        metrics: ["events"],
      },
      by_vehicle: {
        title: "By vehicle",
        description: "The vehicles with most events first.",
        dataset: "history",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["events", "median_speed", "warmest"],
        limit: 1_000,
      },
    },
  ],
};
