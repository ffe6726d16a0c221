import type {Dashboard} from "./model.ts";

export const fleet: Dashboard = {
  title: "Fleet overview",
  description: "How many vehicles send how much, and how they drive.",
  needs: ["timescaledb"],
  rows: [
    {
      vehicles: {
        title: "Vehicles",
        description: "Vehicles that sent at least one event.",
        dataset: "hours",
        show: "number",
        metrics: ["vehicles"],
      },
      events: {
        title: "Events",
        description: "Events of all vehicles.",
        dataset: "hours",
        show: "number",
        metrics: ["events"],
      },
      mean_speed: {
        title: "Mean speed",
        description: "Mean of all readings, standing vehicles included, in km/h.",
        dataset: "hours",
        show: "number",
        metrics: ["mean_speed"],
      },
      vehicles_now: {
        title: "Vehicles heard within the last hour",
        description: "Whatever the period.",
        dataset: "now",
        show: "number",
        metrics: ["vehicles"],
      },
    },
    {
      events_by_hour: {
        title: "Events by hour",
        description: "Events of all vehicles; the present hour is not over.",
        dataset: "hours",
        show: "bar",
        by: ["hour"],
        grain: "hour",
        metrics: ["events"],
      },
      vehicles_by_hour: {
        title: "Vehicles by hour",
        description: "Vehicles that sent something, and those that moved at 5 km/h or more.",
        dataset: "hours",
        show: "line",
        by: ["hour"],
        grain: "hour",
        metrics: ["vehicles", "moving"],
      },
    },
    {
      newest: {
        title: "Vehicles now",
        description: "The newest event of each vehicle that sent one within the last hour.",
        dataset: "now",
        show: "list",
        columns: [
          "vehicle_id",
          "plate",
          "group_name",
          "ts",
          "latitude",
          "longitude",
          "speed",
          "temperature",
          "humidity",
        ],
        order: "ts",
        limit: 100,
      },
      fastest: {
        title: "Fastest vehicles",
        description: "Top speed by vehicle, in km/h.",
        dataset: "hours",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["top_speed", "mean_speed", "events"],
        limit: 25,
      },
    },
  ],
};

export const utilisation: Dashboard = {
  title: "Utilisation",
  description:
    "How much of its time each vehicle is on the move: an hour counts when the vehicle reached 5 km/h in it.",
  needs: ["timescaledb"],
  rows: [
    {
      share: {
        title: "Utilisation",
        description: "Share of the hours with events in which the vehicle moved, in percent.",
        dataset: "hours",
        show: "number",
        metrics: ["utilisation"],
      },
      moved: {
        title: "Hours on the move",
        description: "Of all vehicles together.",
        dataset: "hours",
        show: "number",
        metrics: ["moved"],
      },
    },
    {
      by_day: {
        title: "Utilisation by day",
        description: "Share of the hours with events in which vehicles moved, in percent.",
        dataset: "hours",
        show: "bar",
        by: ["hour"],
        grain: "day",
        metrics: ["utilisation"],
      },
      hours_by_day: {
        title: "Vehicle hours by day",
        description: "Hours with events, and those on the move.",
        dataset: "hours",
        show: "line",
        by: ["hour"],
        grain: "day",
        metrics: ["hours", "moved"],
      },
    },
    {
      by_vehicle: {
        title: "Utilisation by vehicle",
        description: "Vehicles that stand still the most are at the end.",
        dataset: "hours",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["utilisation", "moved", "hours", "days", "top_speed"],
        limit: 1_000,
      },
    },
  ],
};

/** @param limit in °C */
export const coldChain = (limit: number): Dashboard => ({
  title: "Cold chain",
  description: `Temperatures of the vehicles; an hour in which one was above ${limit} °C broke the cold chain (spec.bi.coldChain.max).`,
  needs: ["timescaledb"],
  rows: [
    {
      warmest: {
        title: "Highest temperature",
        description: "Of all vehicles, in °C.",
        dataset: "hours",
        show: "number",
        metrics: ["warmest"],
      },
      broken: {
        title: `Vehicle hours above ${limit} °C`,
        description: "Hours of vehicles with at least one reading above the limit.",
        dataset: "hours",
        show: "number",
        where: `max_temperature > ${limit}`,
        metrics: ["hours"],
      },
      affected: {
        title: `Vehicles above ${limit} °C`,
        description: "Vehicles with at least one reading above the limit.",
        dataset: "hours",
        show: "number",
        where: `max_temperature > ${limit}`,
        metrics: ["vehicles"],
      },
    },
    {
      temperatures: {
        title: "Temperatures by hour",
        description: "Lowest, mean and highest reading of the fleet, in °C.",
        dataset: "hours",
        show: "line",
        by: ["hour"],
        grain: "hour",
        metrics: ["warmest", "mean_temperature", "coldest"],
      },
    },
    {
      by_vehicle: {
        title: "Temperatures by vehicle",
        description: "The warmest vehicles first, in °C.",
        dataset: "hours",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["warmest", "mean_temperature", "coldest", "mean_humidity"],
        limit: 1_000,
      },
      broken_by_vehicle: {
        title: `Hours above ${limit} °C by vehicle`,
        description: "Vehicles without such an hour are left out.",
        dataset: "hours",
        show: "table",
        where: `max_temperature > ${limit}`,
        by: ["vehicle_id"],
        metrics: ["hours", "warmest", "last"],
        limit: 1_000,
      },
    },
  ],
});
