import {type Case, own} from "../series.ts";

const MISSING = ',state="missing"';
const answers = (le: string, values: string) => own("telemetry_bi_answer_seconds_bucket", `,le="${le}"`, values);

/** Alerts on the server of reports. */
export const biCases: Record<string, Case> = {
  BiDown: {
    at: 20,
    fires: [own("telemetry_bi_up", "", "1x5 0x15")],
    // A restart takes a minute or two.
    quiet: [own("telemetry_bi_up", "", "1x5 0x3 1x12")],
  },
  BiDashboardsMissing: {
    at: 45,
    fires: [own("telemetry_bi_objects", MISSING, "0x5 2x40")],
    // The first event makes the warehouse's tables.
    quiet: [own("telemetry_bi_objects", MISSING, "2x10 0x35"), own("telemetry_bi_objects", ',state="edited"', "3x45")],
  },
  BiSlow: {
    at: 40,
    fires: [answers("3", "0x40"), answers("10", "0+6x40"), answers("+Inf", "0+6x40")],
    quiet: [answers("3", "0+6x40"), answers("10", "0+6x40"), answers("+Inf", "0+6x40")],
  },
};
