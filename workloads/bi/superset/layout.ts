import {DAYS, type Dashboard, type Dataset, type Question, timeOf} from "../content/model.ts";

/** A question where it stands in Superset. */
export interface Placed {
  id: number;
  title: string;
  question: Question;
  dataset: Dataset;
  datasetId: number;
}

const COLUMNS = 12;
/** In eighths of a line of the grid: 8 pixels. */
const HEIGHTS = {figures: 20, charts: 50};
const VEHICLE = "vehicle_id";

/** The grid of a dashboard, as Superset stores it. */
export function positionsOf({title}: Dashboard, rows: Placed[][]): Record<string, unknown> {
  const rowIds = rows.map((_, at) => `ROW-${at}`);
  const nodes = rows.flatMap((row, at) => {
    const rowId = rowIds[at]!;
    const parents = ["ROOT_ID", "GRID_ID"];
    const height = row.every(({question}) => question.show === "number") ? HEIGHTS.figures : HEIGHTS.charts;
    const charts = row.map(({id, title}) => ({
      type: "CHART",
      id: `CHART-${id}`,
      children: [],
      parents: [...parents, rowId],
      meta: {chartId: id, sliceName: title, width: Math.floor(COLUMNS / row.length), height},
    }));
    return [
      {
        type: "ROW",
        id: rowId,
        children: charts.map(({id}) => id),
        parents,
        meta: {background: "BACKGROUND_TRANSPARENT"},
      },
      ...charts,
    ];
  });
  return {
    DASHBOARD_VERSION_KEY: "v2",
    ROOT_ID: {type: "ROOT", id: "ROOT_ID", children: ["GRID_ID"]},
    GRID_ID: {type: "GRID", id: "GRID_ID", children: rowIds, parents: ["ROOT_ID"]},
    HEADER_ID: {type: "HEADER", id: "HEADER_ID", meta: {text: title}},
    ...Object.fromEntries(nodes.map((node) => [node.id, node])),
  };
}

const LATELY = `DATEADD(DATETIME("now"), -${DAYS}, day) : now`;

/** The filters of a dashboard: the period, and vehicles where there are some. */
export function filtersOf(placed: Placed[]): object[] {
  const common = {type: "NATIVE_FILTER", description: "", cascadeParentIds: [], tabsInScope: []};
  const scopeOf = (takes: (one: Placed) => boolean) => {
    const without = placed.filter((one) => !takes(one));
    return {
      scope: {rootPath: ["ROOT_ID"], excluded: without.map(({id}) => id)},
      chartsInScope: placed.filter(takes).map(({id}) => id),
    };
  };
  const hasVehicle = ({dataset}: Placed) => VEHICLE in dataset.columns;
  // The first that has them has most of them.
  const vehicles = placed.find(hasVehicle);
  return [
    {
      ...common,
      id: "NATIVE_FILTER-period",
      name: "Period",
      filterType: "filter_time",
      targets: [{}],
      defaultDataMask: {extraFormData: {time_range: LATELY}, filterState: {value: LATELY}},
      controlValues: {enableEmptyFilter: false},
      ...scopeOf(({dataset}) => timeOf(dataset) !== undefined),
    },
    ...(vehicles
      ? [
          {
            ...common,
            id: "NATIVE_FILTER-vehicle",
            name: "Vehicle",
            filterType: "filter_select",
            targets: [{datasetId: vehicles.datasetId, column: {name: VEHICLE}}],
            defaultDataMask: {extraFormData: {}, filterState: {}},
            controlValues: {
              multiSelect: true,
              enableEmptyFilter: false,
              defaultToFirstItem: false,
              inverseSelection: false,
              searchAllOptions: true,
            },
            ...scopeOf(hasVehicle),
          },
        ]
      : []),
  ];
}
