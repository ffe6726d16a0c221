import {QUIET} from "../../api/models.ts";
import type {Prediction, Warning} from "./wire.ts";

/** Warnings and predictions that pages get at most. */
const MOST = 500;

/**
 * Vehicles whose newest prediction of a model, made so lately that it still holds, is a warning. A score comes twice a minute, the one of a day once.
 */
const WARNINGS = `SELECT DISTINCT ON (vehicle_id, model) vehicle_id AS vehicle, model, label, score, ts FROM prediction
WHERE (model <> 'cooling-unit' AND ts > now() - interval '3 minutes') OR (model = 'cooling-unit' AND ts > now() - interval '26 hours')
ORDER BY vehicle_id, model, ts DESC`;

const PAST = `SELECT model, version, ts, label, score, actual FROM prediction
WHERE vehicle_id = $1 AND ts >= $2 AND ts < $3 AND (label <> ALL ($4) OR actual <> ALL ($4))
ORDER BY ts DESC LIMIT ${MOST}`;

/** What was predicted, as pages show it; it only reads. */
export interface Predictions {
  warnings(): Promise<Warning[]>;
  /** Those that warned, or of which something came; the newest first. */
  past(vehicle: string, from: number, to: number): Promise<Prediction[]>;
}

/** @param query runs a statement that only reads */
export function readPredictions(query: (text: string, values: unknown[]) => Promise<any[]>): Predictions {
  return {
    async warnings() {
      const rows = await query(WARNINGS, []);
      return rows
        .filter(({label}) => !QUIET.includes(label))
        .slice(0, MOST)
        .map(({ts, ...warning}) => ({...warning, ms: ts.getTime()}));
    },
    async past(vehicle, from, to) {
      const rows = await query(PAST, [vehicle, new Date(from), new Date(to), QUIET]);
      return rows.map(({ts, ...prediction}) => ({...prediction, ms: ts.getTime()}));
    },
  };
}
