import {type Dataset, type Grain, type Grouped, type Question, timeOf} from "../content/model.ts";

/** A question as a chart of Superset: what its editor holds, and what it asks for. */
interface Chart {
  vizType: string;
  params: Record<string, unknown>;
  queryContext: Record<string, unknown>;
}

const GRAINS: Record<Grain, string> = {minute: "PT1M", hour: "PT1H", day: "P1D"};
const TIME_FORMATS: Record<Grain, string> = {minute: "%H:%M", hour: "%d %b %H:%M", day: "%d %b"};
const MOST_ROWS = 10_000;
/** Of a chart itself; the dashboard's filter says which. */
const ALL_TIME = "No filter";

const VIZ_TYPES: Record<Question["show"], string> = {
  number: "big_number_total",
  line: "echarts_timeseries_line",
  bar: "echarts_timeseries_bar",
  table: "table",
  list: "table",
  pie: "pie",
};

/** @param id of the dataset at the server */
export function chartOf(question: Question, dataset: Dataset, id: number): Chart {
  const vizType = VIZ_TYPES[question.show];
  const common = {
    datasource: `${id}__table`,
    viz_type: vizType,
    adhoc_filters: filtersOf(question, dataset),
    extra_form_data: {},
  };
  const params = {...common, ...(question.show === "list" ? listed(question) : grouped(question, dataset))};
  return {vizType, params, queryContext: queryContext(question, dataset, id, params)};
}

/** The dashboard's filter replaces the period of a filter by time. */
function filtersOf({where}: Question, dataset: Dataset): object[] {
  const time = timeOf(dataset);
  return [
    ...(time
      ? [
          {
            clause: "WHERE",
            expressionType: "SIMPLE",
            operator: "TEMPORAL_RANGE",
            subject: time,
            comparator: ALL_TIME,
            filterOptionName: "filter_period",
          },
        ]
      : []),
    ...(where
      ? [{clause: "WHERE", expressionType: "SQL", sqlExpression: where, filterOptionName: "filter_where"}]
      : []),
  ];
}

const listed = ({columns, order, limit}: Extract<Question, {show: "list"}>) => ({
  query_mode: "raw",
  all_columns: columns,
  order_by_cols: [JSON.stringify([order, false])],
  row_limit: limit,
  table_timestamp_format: "%Y-%m-%d %H:%M:%S",
  include_search: true,
  show_cell_bars: false,
});

function grouped(question: Grouped, dataset: Dataset): Record<string, unknown> {
  const {show, by = [], grain, metrics, limit = MOST_ROWS} = question;
  if (show === "number")
    return {metric: metrics[0], subheader: "", header_font_size: 0.4, y_axis_format: "SMART_NUMBER"};
  if (show === "pie")
    return {groupby: by, metric: metrics[0], row_limit: limit, sort_by_metric: true, donut: true, show_legend: true};
  if (show === "table")
    return {
      query_mode: "aggregate",
      groupby: by,
      metrics,
      timeseries_limit_metric: metrics[0],
      order_desc: true,
      row_limit: limit,
      table_timestamp_format: "%Y-%m-%d %H:%M",
      include_search: true,
    };
  const [axis, ...series] = by;
  return {
    x_axis: axis,
    ...(grain && axis === timeOf(dataset) ? {time_grain_sqla: GRAINS[grain]} : {}),
    metrics,
    groupby: series,
    row_limit: limit,
    truncate_metric: true,
    show_legend: series.length > 0 || metrics.length > 1,
    legendType: "scroll",
    legendOrientation: "top",
    rich_tooltip: true,
    y_axis_format: "SMART_NUMBER",
    x_axis_time_format: grain ? TIME_FORMATS[grain] : "smart_date",
    ...(show === "line" ? {markerEnabled: true, markerSize: 4} : {}),
    ...(show === "bar" ? {stack: series.length > 0 ? "Stack" : null, orientation: "vertical"} : {}),
  };
}

/** What the chart asks for, by which its rows can be had without a browser: for reports, and for tests. */
function queryContext(
  question: Question,
  dataset: Dataset,
  id: number,
  form: Record<string, unknown>,
): Record<string, unknown> {
  const time = timeOf(dataset);
  const query =
    question.show === "list"
      ? {columns: question.columns, metrics: [], orderby: [[question.order, false]], row_limit: question.limit}
      : groupedQuery(question, dataset);
  return {
    datasource: {id, type: "table"},
    force: false,
    queries: [
      {
        filters: time ? [{col: time, op: "TEMPORAL_RANGE", val: ALL_TIME}] : [],
        extras: {having: "", where: question.where ? `(${question.where})` : ""},
        applied_time_extras: {},
        annotation_layers: [],
        series_limit: 0,
        order_desc: true,
        url_params: {},
        custom_params: {},
        custom_form_data: {},
        ...query,
      },
    ],
    form_data: form,
    result_format: "json",
    result_type: "full",
  };
}

function groupedQuery({show, by = [], grain, metrics, limit = MOST_ROWS}: Grouped, dataset: Dataset) {
  const [axis, ...series] = by;
  const overTime = axis !== undefined && axis === timeOf(dataset) && grain !== undefined;
  const columns = overTime
    ? [
        {
          timeGrain: GRAINS[grain],
          columnType: "BASE_AXIS",
          sqlExpression: axis,
          label: axis,
          expressionType: "SQL",
        },
        ...series,
      ]
    : by;
  const ordered = show === "table" || show === "pie";
  return {
    columns,
    metrics,
    ...(overTime ? {series_columns: series} : {}),
    ...(ordered ? {orderby: [[metrics[0], false]]} : {}),
    row_limit: limit,
  };
}
