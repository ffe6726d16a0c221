import type {Stage, Version} from "../registry.ts";

/** What MLflow's registry has of one model. */
export interface Held {
  versions: HeldVersion[];
  /** MLflow's number of the version that the alias `production` names. */
  production: string | undefined;
}

export interface HeldVersion {
  /** MLflow's own number, which need not be ours. */
  number: string;
  runId: string;
  tags: Record<string, string>;
}

/** What has to be done for MLflow to say what table `model` says; nothing is ever taken out of MLflow. */
interface Differences {
  /** In the order of their numbers. */
  missing: Version[];
  restaged: {held: HeldVersion; stage: Stage}[];
  /** Our number of the version that the alias has to be moved to; null: to none, the rule predicts; undefined: it is where it should be. */
  production: number | null | undefined;
}

/** Tags by which a version of ours is known again. */
export const TAGS = {
  version: "telemetry.version",
  sha256: "telemetry.sha256",
  stage: "telemetry.stage",
};

/** MLflow's entry of a version of ours, the newest if there are several; the number alone may be that of a database before this one. */
export const heldOf = ({version, sha256}: Pick<Version, "version" | "sha256">, {versions}: Held) =>
  versions
    .filter(({tags}) => tags[TAGS.version] === String(version) && tags[TAGS.sha256] === sha256)
    .reduce<HeldVersion | undefined>((a, b) => (a && Number(a.number) > Number(b.number) ? a : b), undefined);

/** @param truth of one model, as table `model` has it */
export function differencesOf(truth: Version[], held: Held): Differences {
  const sorted = truth.toSorted((a, b) => a.version - b.version);
  const predicts = truth.find(({stage}) => stage === "production");
  const target = predicts && heldOf(predicts, held)?.number;
  return {
    missing: sorted.filter((version) => !heldOf(version, held)),
    restaged: sorted.flatMap((version) => {
      const found = heldOf(version, held);
      return found && found.tags[TAGS.stage] !== version.stage ? [{held: found, stage: version.stage}] : [];
    }),
    production: predicts
      ? target !== undefined && target === held.production
        ? undefined
        : predicts.version
      : held.production === undefined
        ? undefined
        : null,
  };
}
