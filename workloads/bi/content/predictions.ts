import {QUIET} from "../../../api/models.ts";
import type {Dashboard, Dataset} from "./model.ts";

const NOTHING = QUIET.map((label) => `'${label}'`).join(", ");
const WARNS = `label NOT IN (${NOTHING})`;
const KNOWN = "actual IS NOT NULL AND actual <> 'unknown'";
const RIGHT = `${WARNS} AND actual = label`;

export const predicted: Dataset = {
  title: "Predictions",
  description: "A row for each prediction that was stored, with what came of it.",
  source: "timescaledb",
  sql: "SELECT vehicle_id, ts, model, version, score, label, actual FROM prediction",
  columns: {
    ...{vehicle_id: "text", ts: "time", model: "text", version: "number"},
    ...{score: "number", label: "text", actual: "text"},
  },
  metrics: {
    predictions: {title: "Predictions", sql: "COUNT(*)"},
    warnings: {title: "Warnings", sql: `COUNT(CASE WHEN ${WARNS} THEN 1 END)`, format: ",d"},
    vehicles: {
      title: "Vehicles warned of",
      sql: `COUNT(DISTINCT CASE WHEN ${WARNS} THEN vehicle_id END)`,
      format: ",d",
    },
    right: {title: "Right warnings", sql: `COUNT(CASE WHEN ${RIGHT} THEN 1 END)`, format: ",d"},
    wrong: {
      title: "Wrong warnings",
      sql: `COUNT(CASE WHEN ${WARNS} AND ${KNOWN} AND actual <> label THEN 1 END)`,
      format: ",d",
    },
    missed: {
      title: "Not warned of",
      sql: `COUNT(CASE WHEN label IN (${NOTHING}) AND ${KNOWN} AND actual NOT IN (${NOTHING}) THEN 1 END)`,
      format: ",d",
    },
  },
};

export const predictions: Dashboard = {
  title: "Predictions",
  description: "What was warned of before it came, and how often that was right (spec.predictions).",
  needs: ["timescaledb", "predictions"],
  rows: [
    {
      warnings: {
        title: "Warnings",
        description: "Predictions that said that something is about to go wrong.",
        dataset: "predictions",
        show: "number",
        metrics: ["warnings"],
      },
      vehicles: {
        title: "Vehicles warned of",
        description: "Vehicles with at least one warning.",
        dataset: "predictions",
        show: "number",
        metrics: ["vehicles"],
      },
      right: {
        title: "Right warnings",
        description: "Warnings of what then came.",
        dataset: "predictions",
        show: "number",
        metrics: ["right"],
      },
      wrong: {
        title: "Wrong warnings",
        description: "Warnings of what did not come.",
        dataset: "predictions",
        show: "number",
        metrics: ["wrong"],
      },
    },
    {
      by_hour: {
        title: "Warnings by hour",
        description: "By the model that warned.",
        dataset: "predictions",
        show: "bar",
        by: ["ts", "model"],
        grain: "hour",
        metrics: ["warnings"],
      },
    },
    {
      by_model: {
        title: "By model and version",
        description: "Version 0 is the rule.",
        dataset: "predictions",
        show: "table",
        by: ["model", "version"],
        metrics: ["predictions", "warnings", "right", "wrong", "missed"],
        limit: 100,
      },
      by_vehicle: {
        title: "By vehicle",
        description: "Those with most warnings first.",
        dataset: "predictions",
        show: "table",
        by: ["vehicle_id"],
        metrics: ["warnings", "right", "wrong"],
        limit: 1_000,
      },
    },
    {
      newest: {
        title: "Newest warnings",
        description: "Each with what came of it, once that is known.",
        dataset: "predictions",
        show: "list",
        columns: ["ts", "vehicle_id", "model", "version", "label", "score", "actual"],
        where: WARNS,
        order: "ts",
        limit: 100,
      },
    },
  ],
};
