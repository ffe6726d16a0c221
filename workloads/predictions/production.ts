import type pg from "pg";
import type {Logger} from "pino";
import {RULE} from "../../api/models.ts";
import {FEATURE_NAMES, SAMPLING} from "./breach/features.ts";
import type {BreachTarget} from "./breach/target.ts";
import {createDrift} from "./drift.ts";
import * as metrics from "./metrics.ts";
import {loadModel, type Model} from "./model.ts";
import {inProduction} from "./registry.ts";
import type {BreachModel} from "./scorer.ts";

const NAME = "cold-chain-breach";

interface Production {
  /** The model that predicts; undefined while the rule does. */
  readonly model: BreachModel | undefined;
  /** Why the version in production does not predict, for people. */
  readonly problem: string | undefined;
  /** The version that predicts; 0: the rule. */
  readonly version: number;
  /** Looks which version is in production, and loads it. Rejects when the registry does not answer. */
  refresh(): Promise<void>;
}

/**
 * The version of the breach model that is in production.
 *
 * @param threshold in place of the card's
 */
export function createProduction(
  pool: pg.Pool,
  target: BreachTarget,
  threshold: number | undefined,
  log: Logger,
): Production {
  let model: Model | undefined;
  let drift: ReturnType<typeof createDrift> | undefined;
  let problem: string | undefined;
  /** Of the version that could not be loaded: not tried again until there is another. */
  let refused: string | undefined;
  show();

  const scoring = (current: Model): BreachModel => ({
    version: current.version,
    threshold: threshold ?? current.threshold,
    async score(features, rows) {
      drift?.see(features, rows, Date.now());
      try {
        return await current.score(features, rows);
      } catch (error) {
        fail(`version ${current.version} of ${NAME} fails: ${(error as Error).message}`);
        return undefined;
      }
    },
  });

  return {
    get model() {
      return model && scoring(model);
    },
    get problem() {
      return problem;
    },
    get version() {
      return model?.version ?? RULE;
    },
    refresh,
  };

  async function refresh() {
    const {rows} = await pool.query("SELECT version, sha256 FROM model WHERE name = $1 AND stage = 'production'", [
      NAME,
    ]);
    const wanted = rows[0] && `${rows[0].version} ${rows[0].sha256}`;
    if (wanted !== refused || !wanted) {
      if (!wanted) replace(undefined);
      else if (rows[0].version !== model?.version) await load(wanted);
      else replace(model);
    }
    for (const [feature, index] of drift?.indices(Date.now()) ?? []) metrics.drift.set({model: NAME, feature}, index);
  }

  async function load(wanted: string) {
    const version = await inProduction(pool, NAME);
    if (!version) return;
    try {
      replace(await loadModel(version, {names: FEATURE_NAMES, target, sampling: SAMPLING}));
    } catch (error) {
      refused = wanted;
      fail((error as Error).message);
    }
  }

  /** A session that is replaced goes with what refers to it: a batch may be under way in it. */
  function replace(next: Model | undefined) {
    refused = undefined;
    if (problem) log.info("the version in production predicts");
    problem = undefined;
    if (next !== model) {
      log.info({version: next?.version ?? RULE}, next ? "a version predicts" : "the rule predicts");
      model = next;
      drift = next && createDrift(next.card);
      metrics.drift.reset();
    }
    show();
  }

  function fail(words: string) {
    if (words !== problem) log.warn({problem: words}, "a version does not predict");
    problem = words;
    show();
  }

  function show() {
    metrics.modelInfo.reset();
    metrics.modelInfo.set({model: NAME, version: model?.version ?? RULE, stage: model ? "production" : "rule"}, 1);
    metrics.modelInfo.set({model: "sensor-fault", version: RULE, stage: "rule"}, 1);
    metrics.modelProblem.set({model: NAME}, problem ? 1 : 0);
  }
}
