import {type Case, own} from "../series.ts";

const TABLE = ',table="telemetry_hour"';
const answers = (le: string, values: string) => own("telemetry_warehouse_query_seconds_bucket", `,le="${le}"`, values);

/** Alerts on the warehouse. */
export const warehouseCases: Record<string, Case> = {
  WarehouseTableStalled: {
    at: 20,
    fires: [own("telemetry_warehouse_table_healthy", TABLE, "1x5 0x15")],
    // A change of the spec starts its supervisor anew.
    quiet: [own("telemetry_warehouse_table_healthy", TABLE, "1x5 0x3 1x12")],
  },
  WarehouseBehind: {
    at: 30,
    fires: [own("telemetry_warehouse_lag_events", TABLE, "0x5 200000x25")],
    quiet: [own("telemetry_warehouse_lag_events", TABLE, "5000x30")],
  },
  WarehouseSegmentsUnavailable: {
    at: 30,
    fires: [own("telemetry_warehouse_segments_unavailable", TABLE, "0x5 2x25")],
    // What was handed over is loaded after a moment.
    quiet: [own("telemetry_warehouse_segments_unavailable", TABLE, "0x5 2x3 0x22")],
  },
  WarehouseSlow: {
    at: 40,
    fires: [answers("3", "0x40"), answers("10", "0+6x40"), answers("+Inf", "0+6x40")],
    quiet: [answers("3", "0+6x40"), answers("10", "0+6x40"), answers("+Inf", "0+6x40")],
  },
};
