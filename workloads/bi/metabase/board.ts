import {DAYS, type Dashboard, type Question} from "../content/model.ts";
import {TAGS} from "./card.ts";
import type {Tag} from "./statement.ts";

const COLUMNS = 24;
/** In rows of the grid. */
const HEIGHTS: Record<Question["show"], number> = {number: 3, line: 7, bar: 7, pie: 7, table: 9, list: 9};

/** A question on a dashboard. */
export interface Shown {
  /** Its number in Metabase. */
  id: number;
  show: Question["show"];
  tags: Tag[];
}

/** A dashboard as Metabase's API takes it; its cards have no numbers yet. */
export function boardOf({title, description}: Dashboard, rows: Shown[][]) {
  const tags = (Object.keys(TAGS) as Tag[]).filter((tag) => rows.flat().some((shown) => shown.tags.includes(tag)));
  let top = 0;
  const dashcards = rows
    .filter((row) => row.length > 0)
    .flatMap((row) => {
      const [at, height] = [top, Math.max(...row.map(({show}) => HEIGHTS[show]))];
      top += height;
      return row.map((shown, index) => placed(shown, index, row.length, at, height));
    });
  return {name: title, description, parameters: tags.map((tag) => PARAMETERS[tag]), dashcards};
}

const PARAMETERS: Record<Tag, object> = {
  days: parameterOf("days", {type: "number/=", sectionId: "number", default: [DAYS]}),
  vehicle: parameterOf("vehicle", {type: "string/=", sectionId: "string", values_query_type: "none"}),
};

function parameterOf(id: Tag, more: object) {
  return {id, slug: id, name: TAGS[id].title, ...more};
}

function placed({id, tags}: Shown, index: number, count: number, row: number, size_y: number) {
  const edge = (at: number) => Math.round((at * COLUMNS) / count);
  return {
    card_id: id,
    row,
    col: edge(index),
    size_x: edge(index + 1) - edge(index),
    size_y,
    visualization_settings: {},
    series: [],
    parameter_mappings: tags.map((tag) => ({
      parameter_id: tag,
      card_id: id,
      target: ["variable", ["template-tag", tag]],
    })),
  };
}
