import {contains} from "../../lib/contains.ts";
import {text} from "../../lib/environment.ts";
import {isRefusal} from "../../lib/refusal.ts";
import {type Dashboard, type Dataset, type Question, type Source, titleOf} from "../content/model.ts";
import type {BiServer, Provisioned} from "../server.ts";
import {uuidOf} from "../uuid.ts";
import type {Wanted} from "../wanted.ts";
import {chartOf} from "./charts.ts";
import {openSuperset, type Superset} from "./client.ts";
import {provideDatabases} from "./databases.ts";
import {filtersOf, type Placed, positionsOf} from "./layout.ts";

const nameOf = (kind: string, key: string): string => uuidOf(`telemetry.dev/${kind}/${key}`);

interface Editors {
  /** By the id of what was edited last: the id of who did. */
  dataset: Map<number, number>;
  chart: Map<number, number>;
  dashboard: Map<number, number>;
}

/** Who edited what. Charts tell a person's edit from what Superset itself notes. */
async function editorsOf(superset: Superset): Promise<Editors> {
  const by = async (kind: string, column: string) => {
    const found = new Map<number, number>();
    for (let page = 0; ; page++) {
      const query = `(columns:!(id,${column}.id),order_column:changed_on_delta_humanized,order_direction:desc,page:${page},page_size:100)`;
      const {result} = await superset.get(`/api/v1/${kind}/?q=${encodeURIComponent(query)}`);
      for (const one of result) if (one[column]?.id !== undefined) found.set(one.id, one[column].id);
      if (result.length < 100) return found;
    }
  };
  return {
    dataset: await by("dataset", "changed_by"),
    chart: await by("chart", "last_saved_by"),
    dashboard: await by("dashboard", "changed_by"),
  };
}

/** One round of provisioning. */
class Round {
  readonly said: Provisioned = {changed: [], edited: [], missing: []};
  readonly #superset: Superset;
  readonly #editors: Editors;
  readonly #me: number;
  readonly #datasets = new Map<string, number>();

  constructor(superset: Superset, editors: Editors, me: number) {
    this.#superset = superset;
    this.#editors = editors;
    this.#me = me;
  }

  #isEdited(kind: keyof Editors, id: number, title: string): boolean {
    const editor = this.#editors[kind].get(id);
    if (editor === undefined || editor === this.#me) return false;
    this.said.edited.push(`${kind} ${title}`);
    return true;
  }

  async dataset(key: string, dataset: Dataset, databaseId: number): Promise<void> {
    const uuid = nameOf("dataset", key);
    const {title, description, sql} = dataset;
    let live = (await this.#superset.find(`/api/v1/dataset/${uuid}`))?.result;
    if (live && this.#isEdited("dataset", live.id, title)) {
      this.#datasets.set(key, live.id);
      return;
    }
    if (!live) {
      try {
        await this.#superset.post("/api/v1/dataset/", {database: databaseId, table_name: title, sql, uuid});
        live = (await this.#superset.get(`/api/v1/dataset/${uuid}`)).result;
      } catch (error) {
        // Superset asks for the columns: a table that no event has reached is not there yet, or its server is away.
        if (!isRefusal(error)) throw error;
        this.said.missing.push(`dataset ${title} (${error.message})`);
        return;
      }
    }
    this.#datasets.set(key, live.id);
    const wanted = {table_name: title, description, sql, ...partsOf(dataset)};
    if (containsDataset(live, wanted)) return;
    const parts = {
      columns: withIds(wanted.columns, live.columns, "column_name"),
      metrics: withIds(wanted.metrics, live.metrics, "metric_name"),
    };
    await this.#superset.put(`/api/v1/dataset/${live.id}`, {database_id: databaseId, ...wanted, ...parts});
    this.said.changed.push(`dataset ${title}`);
  }

  async #chart(key: string, question: Question, dataset: Dataset, datasetId: number): Promise<number> {
    const uuid = nameOf("chart", key);
    const {vizType, params, queryContext} = chartOf(question, dataset, datasetId);
    const wanted = {slice_name: question.title, description: question.description, viz_type: vizType};
    const live = (await this.#superset.find(`/api/v1/chart/${uuid}`))?.result;
    const body = {
      ...wanted,
      params: JSON.stringify(params),
      query_context: JSON.stringify(queryContext),
      datasource_id: datasetId,
      datasource_type: "table",
    };
    if (!live) {
      const {id} = await this.#superset.post("/api/v1/chart/", {...body, uuid});
      this.said.changed.push(`chart ${question.title}`);
      return id;
    }
    if (this.#isEdited("chart", live.id, question.title)) return live.id;
    if (contains(live, wanted) && live.params === body.params && live.query_context === body.query_context)
      return live.id;
    await this.#superset.put(`/api/v1/chart/${live.id}`, body);
    this.said.changed.push(`chart ${question.title}`);
    return live.id;
  }

  /** A dashboard and its charts; nothing while one of its datasets is missing. */
  async dashboard(key: string, dashboard: Dashboard, datasets: Record<string, Dataset>): Promise<void> {
    const questions = dashboard.rows.flatMap((row) => Object.values(row));
    if (questions.some((question) => !this.#datasets.has(question.dataset))) {
      this.said.missing.push(`dashboard ${dashboard.title}`);
      return;
    }
    const rows: Placed[][] = [];
    for (const row of dashboard.rows) {
      const placed: Placed[] = [];
      for (const [name, question] of Object.entries(row)) {
        const dataset = datasets[question.dataset]!;
        const datasetId = this.#datasets.get(question.dataset)!;
        const id = await this.#chart(`${key}/${name}`, question, dataset, datasetId);
        placed.push({id, title: question.title, question, dataset, datasetId});
      }
      rows.push(placed);
    }
    await this.#place(key, dashboard, rows);
  }

  /** One that the pipeline has no longer anything for would show errors. */
  async remove(key: string): Promise<void> {
    const live = (await this.#superset.find(`/api/v1/dashboard/${nameOf("dashboard", key)}`))?.result;
    if (!live || this.#isEdited("dashboard", live.id, live.dashboard_title)) return;
    await this.#superset.delete(`/api/v1/dashboard/${live.id}`);
    this.said.changed.push(`dashboard ${live.dashboard_title}`);
  }

  async #place(key: string, dashboard: Dashboard, rows: Placed[][]): Promise<void> {
    const uuid = nameOf("dashboard", key);
    const {title} = dashboard;
    const positions = positionsOf(dashboard, rows);
    const metadata = {native_filter_configuration: filtersOf(rows.flat()), color_scheme: "supersetColors"};
    const body = {dashboard_title: title, slug: slugOf(key), published: true};
    const live = (await this.#superset.find(`/api/v1/dashboard/${uuid}`))?.result;
    if (live && this.#isEdited("dashboard", live.id, title)) return;
    const same =
      live &&
      contains(live, body) &&
      contains(JSON.parse(live.position_json || "{}"), positions) &&
      contains(JSON.parse(live.json_metadata || "{}"), metadata);
    if (same) return;
    const id = live?.id ?? (await this.#superset.post("/api/v1/dashboard/", {...body, uuid})).id;
    // The place of charts makes them the dashboard's.
    const json_metadata = JSON.stringify({...metadata, positions});
    await this.#superset.put(`/api/v1/dashboard/${id}`, {...body, json_metadata});
    this.said.changed.push(`dashboard ${title}`);
  }
}

const slugOf = (key: string): string => `telemetry-${key.replaceAll("_", "-")}`;

/** Columns and metrics of a dataset as Superset's API has them. */
function partsOf({columns, metrics}: Dataset) {
  const time = Object.keys(columns).find((name) => columns[name] === "time");
  const types = {time: "TIMESTAMP", moment: "TIMESTAMP", text: "VARCHAR", number: "DOUBLE PRECISION"};
  return {
    ...(time ? {main_dttm_col: time} : {}),
    columns: Object.entries(columns).map(([name, type]) => ({
      column_name: name,
      type: types[type],
      verbose_name: titleOf(name),
      is_dttm: type === "time" || type === "moment",
      groupby: true,
      filterable: true,
    })),
    metrics: Object.entries(metrics).map(([name, {title, sql, format}]) => ({
      metric_name: name,
      verbose_name: title,
      expression: sql,
      d3format: format ?? null,
    })),
  };
}

/** Those that are there keep their ids: Superset takes one without for another of the same name. */
const withIds = (wanted: any[], live: any[], name: string): any[] =>
  wanted.map((one) => ({...one, ...idOf(live.find((other) => other[name] === one[name]))}));
const idOf = (live: {id: number} | undefined) => (live ? {id: live.id} : {});

/** Columns and metrics by their names: the server has an order of its own. */
function containsDataset(live: any, {columns, metrics, ...rest}: any): boolean {
  const all = (has: any[] | undefined, wanted: any[], name: string): boolean =>
    has?.length === wanted.length &&
    wanted.every((one) => contains(has.find((other) => other[name] === one[name]) ?? {}, one));
  return contains(live, rest) && all(live.columns, columns, "column_name") && all(live.metrics, metrics, "metric_name");
}

/** Superset by BI_URL, as BI_KEEPER_USERNAME with BI_KEEPER_PASSWORD. */
export function openSupersetServer(): BiServer {
  const superset = openSuperset(text("BI_URL"), text("BI_KEEPER_USERNAME"), text("BI_KEEPER_PASSWORD"));
  const databases = new Map<Source, number>();
  return {
    async health() {
      await superset.get("/api/v1/me/");
    },
    async provision({databases: wanted, datasets, dashboards, unwanted}: Wanted) {
      const {result: me} = await superset.get("/api/v1/me/");
      const round = new Round(superset, await editorsOf(superset), me.id);
      await provideDatabases(superset, wanted, databases, round.said);
      for (const [key, dataset] of Object.entries(datasets)) {
        const database = databases.get(dataset.source);
        if (database === undefined) round.said.missing.push(`dataset ${dataset.title}`);
        else await round.dataset(key, dataset, database);
      }
      for (const [key, dashboard] of Object.entries(dashboards)) await round.dashboard(key, dashboard, datasets);
      for (const key of unwanted) await round.remove(key);
      return round.said;
    },
  };
}
