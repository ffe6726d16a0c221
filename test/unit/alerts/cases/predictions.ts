import {type Case, own, rows} from "../series.ts";

const MODEL = ',model="cold-chain-breach",version="3"';
const took = (le: string, values: string) => own("telemetry_prediction_latency_seconds_bucket", `,le="${le}"`, values);

/** Alerts on predictions and their models. */
export const predictionCases: Record<string, Case> = {
  PredictionsStopped: {
    at: 25,
    fires: [own("telemetry_scorer_events_total", "", "0+60x5 300x20"), rows("0+60x25")],
    // A fleet that rests is not scored either.
    quiet: [own("telemetry_scorer_events_total", "", "0+60x5 300x20"), rows("0+60x5 300x20")],
  },
  PredictionsLate: {
    at: 25,
    fires: [took("30", "0x25"), took("60", "0+60x25"), took("+Inf", "0+60x25")],
    // A backlog of some minutes.
    quiet: [took("30", "0x6 0+60x19"), took("60", "0+60x6 360+60x19"), took("+Inf", "0+60x6 360+60x19")],
  },
  ModelUnusable: {
    at: 15,
    fires: [own("telemetry_model_problem", ',model="cold-chain-breach"', "0x3 1x12")],
    quiet: [own("telemetry_model_problem", ',model="cold-chain-breach"', "0x3 1x3 0x9")],
  },
  PredictionsImprecise: {
    at: 100,
    fires: [own("telemetry_prediction_precision", MODEL, "0.9x10 0.3x90")],
    quiet: [own("telemetry_prediction_precision", MODEL, "0.9x10 0.3x30 0.8x60")],
  },
  ModelInputDrifted: {
    at: 100,
    fires: [own("telemetry_model_drift", ',model="cold-chain-breach",feature="margin"', "0.1x10 0.4x90")],
    // A cold night.
    quiet: [own("telemetry_model_drift", ',model="cold-chain-breach",feature="margin"', "0.1x10 0.4x30 0.1x60")],
  },
};
