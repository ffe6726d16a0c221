import {DAYS, type Dataset, type Question} from "../content/model.ts";
import {uuidOf} from "../uuid.ts";
import {markOf} from "./mark.ts";
import {statementOf, type Tag} from "./statement.ts";

export const TAGS: Record<Tag, {title: string; type: "number" | "text"; default?: string}> = {
  days: {title: "Days", type: "number", default: String(DAYS)},
  vehicle: {title: "Vehicle", type: "text"},
};

const DISPLAYS = {number: "scalar", line: "line", bar: "bar", table: "table", pie: "pie", list: "table"} as const;

/** A question as Metabase's API takes it, and what dashboards need to know of it. */
export interface Card {
  mark: string;
  tags: Tag[];
  body: object;
}

/** @param key unlike that of any other question, and the same for ever */
export function cardOf(key: string, dataset: Dataset, question: Question, database: number): Card {
  const statement = statementOf(dataset, question);
  const card = {
    name: question.title,
    description: question.description,
    display: DISPLAYS[question.show],
    visualization_settings: settingsOf(dataset, question, statement),
  };
  const tags = Object.fromEntries(statement.tags.map((name) => [name, tagOf(key, name)]));
  const mark = markOf(key, {card, database, sql: statement.sql, tags});
  return {
    mark,
    tags: statement.tags,
    body: {
      ...card,
      visualization_settings: {...card.visualization_settings, "telemetry-operator": mark},
      dataset_query: {
        type: "native",
        database,
        native: {query: `-- ${mark}\n${statement.sql}`, "template-tags": tags},
      },
    },
  };
}

function tagOf(key: string, name: Tag) {
  const {title, ...tag} = TAGS[name];
  return {id: uuidOf(`${key} ${name}`), name, "display-name": title, ...tag};
}

function settingsOf(dataset: Dataset, question: Question, {groups, figures}: {groups: string[]; figures: string[]}) {
  const formats = {column_settings: question.show === "list" ? {} : formatsOf(dataset, question.metrics)};
  switch (question.show) {
    case "number":
      return {"scalar.field": figures[0], ...formats};
    case "pie":
      return {"pie.dimension": groups[0], "pie.metric": figures[0], ...formats};
    case "line":
    case "bar":
      return {
        "graph.dimensions": groups,
        "graph.metrics": figures,
        ...(dataset.columns[question.by?.[0] ?? ""] === "time"
          ? {"graph.x_axis.scale": "timeseries", "graph.x_axis.labels_enabled": false}
          : {}),
        ...(figures.length === 1 ? {"graph.y_axis.title_text": figures[0]} : {"graph.y_axis.labels_enabled": false}),
        ...(question.show === "bar" && groups.length > 1 ? {"stackable.stack_type": "stacked"} : {}),
        ...formats,
      };
    default:
      return {
        // A table of two groups and a figure would else be turned round.
        "table.pivot": false,
        "table.columns": [...groups, ...figures].map((name) => ({name, enabled: true})),
        ...formats,
      };
  }
}

/** How many decimals the figures have, by their columns. */
function formatsOf(dataset: Dataset, metrics: string[]) {
  const known = metrics.map((name) => dataset.metrics[name]!).filter(({format}) => format !== undefined);
  return Object.fromEntries(
    known.map(({title, format}) => [JSON.stringify(["name", title]), {decimals: decimalsOf(format!)}]),
  );
}

/** Of a format of d3's: `,d` has none, `,.2f` has two. */
const decimalsOf = (format: string): number => Number(/\.(\d+)f$/.exec(format)?.[1] ?? 0);
