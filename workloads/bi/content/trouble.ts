import type {Dashboard} from "./model.ts";

export const alerts: Dashboard = {
  title: "Alerts",
  description: "What has been alerted on, and how long it lasted.",
  needs: ["timescaledb", "alerting"],
  rows: [
    {
      firing: {
        title: "Firing now",
        description: "Alerts of the period that are not resolved.",
        dataset: "alerts",
        show: "number",
        metrics: ["firing"],
      },
      alerts: {
        title: "Alerts",
        description: "Times that an alert fired.",
        dataset: "alerts",
        show: "number",
        metrics: ["alerts"],
      },
    },
    {
      by_day: {
        title: "Alerts by day",
        description: "Times that an alert fired, by severity.",
        dataset: "alerts",
        show: "bar",
        by: ["starts_at", "severity"],
        grain: "day",
        metrics: ["alerts"],
      },
      severities: {
        title: "By severity",
        description: "Times that an alert fired.",
        dataset: "alerts",
        show: "pie",
        by: ["severity"],
        metrics: ["alerts"],
      },
    },
    {
      by_name: {
        title: "Alerts by name",
        description: "The most frequent first.",
        dataset: "alerts",
        show: "table",
        by: ["name"],
        metrics: ["alerts", "firing", "minutes"],
        limit: 100,
      },
    },
    {
      newest: {
        title: "Newest alerts",
        description: "Each time that an alert fired.",
        dataset: "alerts",
        show: "list",
        columns: ["starts_at", "ends_at", "severity", "name", "vehicle_id", "summary"],
        order: "starts_at",
        limit: 100,
      },
    },
  ],
};

export const crossings: Dashboard = {
  title: "Speeding and geofences",
  description: "What the stream job found in the events of each vehicle (spec.flink).",
  needs: ["timescaledb", "flink"],
  rows: [
    {
      by_kind: {
        title: "By kind",
        description: "Times that a vehicle was too fast, or came into or left a geofence.",
        dataset: "crossings",
        show: "bar",
        by: ["ts", "kind"],
        grain: "hour",
        metrics: ["crossings"],
      },
      by_vehicle: {
        title: "By vehicle",
        description: "The most frequent first.",
        dataset: "crossings",
        show: "table",
        by: ["vehicle_id", "kind"],
        metrics: ["crossings"],
        limit: 1_000,
      },
    },
  ],
};

export const quality: Dashboard = {
  title: "Data quality",
  description: "What is missing or doubtful in what vehicles send.",
  needs: ["timescaledb"],
  rows: [
    {
      no_speed: {
        title: "Events without a speed",
        description: "In percent.",
        dataset: "hours",
        show: "number",
        metrics: ["without_speed"],
      },
      no_temperature: {
        title: "Events without a temperature",
        description: "In percent.",
        dataset: "hours",
        show: "number",
        metrics: ["without_temperature"],
      },
      no_humidity: {
        title: "Events without a humidity",
        description: "In percent.",
        dataset: "hours",
        show: "number",
        metrics: ["without_humidity"],
      },
      doubtful: {
        title: "Doubtful events of 24 hours",
        description: "An event with two doubts counts twice.",
        dataset: "doubtful",
        show: "number",
        metrics: ["events"],
      },
    },
    {
      missing_by_hour: {
        title: "Missing readings by hour",
        description: "Share of events without the reading, in percent.",
        dataset: "hours",
        show: "line",
        by: ["hour"],
        grain: "hour",
        metrics: ["without_speed", "without_temperature", "without_humidity"],
      },
      doubts: {
        title: "Doubts by hour",
        description: "Doubtful events of the last 24 hours by kind (docs/data.md).",
        dataset: "doubtful",
        show: "bar",
        by: ["hour", "doubt"],
        grain: "hour",
        metrics: ["events"],
      },
    },
    {
      by_vehicle: {
        title: "Vehicles with missing readings",
        description: "Share of events without the reading, in percent, and when the vehicle was heard last.",
        dataset: "hours",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["without_temperature", "without_humidity", "without_speed", "events", "last"],
        limit: 1_000,
      },
    },
  ],
};
