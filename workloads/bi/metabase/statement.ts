import {type Dataset, type Grain, type Grouped, type Listed, type Question, timeOf, titleOf} from "../content/model.ts";

/** A question in SQL, with Metabase's marks for what a dashboard fills in: `{{days}}`, `{{vehicle}}`, and `[[…]]` around what goes without. */
interface Statement {
  sql: string;
  /** Titles of the columns that groups are made by, or of all columns of a list. */
  groups: string[];
  /** Titles of the columns with figures. */
  figures: string[];
  /** What the dashboard fills in. */
  tags: Tag[];
}

export type Tag = "days" | "vehicle";

interface Dialect {
  floor(column: string, grain: Grain): string;
  since: string;
  /** After a column in descending order. */
  last: string;
}

const VEHICLE = "vehicle_id";
const PERIODS: Record<Grain, string> = {minute: "PT1M", hour: "PT1H", day: "P1D"};

const POSTGRES: Dialect = {
  floor: (column, grain) => `date_trunc('${grain}', ${column})`,
  since: "now() - CAST({{days}} AS double precision) * interval '1 day'",
  last: " DESC NULLS LAST",
};
const DRUID: Dialect = {
  floor: (column, grain) => `TIME_FLOOR(${column}, '${PERIODS[grain]}')`,
  since: "TIMESTAMPADD(DAY, -1 * CAST({{days}} AS INTEGER), CURRENT_TIMESTAMP)",
  last: " DESC",
};

export function statementOf(dataset: Dataset, question: Question): Statement {
  const dialect = dataset.source === "warehouse" ? DRUID : POSTGRES;
  const {columns, end} = question.show === "list" ? listed(question, dialect) : grouped(dataset, question, dialect);
  const time = timeOf(dataset);
  const tags: Tag[] = [...(time ? ["days" as const] : []), ...(VEHICLE in dataset.columns ? ["vehicle" as const] : [])];
  const lines = [
    `SELECT ${columns.map(({sql, title}) => `${sql} AS ${quoted(title)}`).join(", ")}`,
    `FROM (\n${dataset.sql}\n) AS t`,
    `WHERE ${question.where ? `(${question.where})` : "TRUE"}`,
    ...(time ? [`[[AND ${quoted(time)} >= ${dialect.since}]]`] : []),
    // A filter with several values is filled in with commas between them.
    ...(tags.includes("vehicle") ? [`[[AND ${quoted(VEHICLE)} IN ({{vehicle}})]]`] : []),
    ...end,
  ];
  const titles = (figures: boolean) => columns.filter((column) => column.figures === figures).map(({title}) => title);
  return {sql: lines.join("\n"), groups: titles(false), figures: titles(true), tags};
}

function listed({columns, order, limit}: Listed, {last}: Dialect) {
  return {
    columns: columns.map((name) => ({sql: quoted(name), title: titleOf(name), figures: false})),
    end: [`ORDER BY ${quoted(order)}${last}`, `LIMIT ${limit}`],
  };
}

function grouped(dataset: Dataset, {show, by = [], grain, metrics, limit}: Grouped, dialect: Dialect) {
  const groups = by.map((name) => {
    const floored = grain && dataset.columns[name] === "time";
    return {sql: floored ? dialect.floor(quoted(name), grain) : quoted(name), title: titleOf(name), figures: false};
  });
  const figures = metrics.map((name) => {
    const {title, sql} = dataset.metrics[name]!;
    return {sql, title, figures: true};
  });
  const byTime = (show === "line" || show === "bar") && dataset.columns[by[0] ?? ""] === "time";
  const numbers = groups.map((_, index) => index + 1).join(", ");
  const order = byTime ? numbers : `${groups.length + 1}${dialect.last}`;
  return {
    columns: [...groups, ...figures],
    end: [
      ...(groups.length > 0 ? [`GROUP BY ${numbers}`, `ORDER BY ${order}`] : []),
      ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
    ],
  };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
