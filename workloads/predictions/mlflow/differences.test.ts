import {expect, test} from "vitest";
import type {Stage, Version} from "../registry.ts";
import {differencesOf, type HeldVersion, TAGS} from "./differences.ts";

const ours = (version: number, stage: Stage): Version =>
  ({name: "cooling-unit", version, stage, sha256: `hash ${version}`}) as Version;
/** MLflow's entry of a version of ours, under another number. */
const held = (number: number, version: number, stage: Stage, sha256 = `hash ${version}`): HeldVersion => ({
  number: String(number),
  runId: `run ${number}`,
  tags: {[TAGS.version]: String(version), [TAGS.stage]: stage, [TAGS.sha256]: sha256},
});
const NOTHING = {missing: [], restaged: [], production: undefined};

test("an empty MLflow gets all versions in the order of their numbers, and the alias", () => {
  const truth = [ours(12, "refused"), ours(11, "production"), ours(10, "archived")];
  expect(differencesOf(truth, {versions: [], production: undefined})).toEqual({
    missing: [ours(10, "archived"), ours(11, "production"), ours(12, "refused")],
    restaged: [],
    production: 11,
  });
});

test("nothing is done where MLflow says the same, whatever its own numbers are", () => {
  const truth = [ours(11, "production"), ours(10, "archived")];
  const versions = [held(1, 10, "archived"), held(2, 11, "production")];
  expect(differencesOf(truth, {versions, production: "2"})).toEqual(NOTHING);
});

test("a promotion changes the stages of two versions and moves the alias", () => {
  const truth = [ours(11, "archived"), ours(10, "production")];
  const versions = [held(1, 10, "archived"), held(2, 11, "production")];
  expect(differencesOf(truth, {versions, production: "2"})).toEqual({
    missing: [],
    restaged: [
      {held: versions[0], stage: "production"},
      {held: versions[1], stage: "archived"},
    ],
    production: 10,
  });
});

test("while the rule predicts there is no alias", () => {
  const versions = [held(1, 1, "candidate")];
  const truth = [ours(1, "candidate")];
  expect(differencesOf(truth, {versions, production: "1"}).production).toBeNull();
  expect(differencesOf(truth, {versions, production: undefined})).toEqual(NOTHING);
});

test("what the table has forgotten, and what others have entered, stays", () => {
  const foreign = {number: "3", runId: "", tags: {}};
  const versions = [held(1, 1, "archived"), held(2, 2, "production"), foreign];
  expect(differencesOf([ours(2, "production")], {versions, production: "2"})).toEqual(NOTHING);
});

test("a version of a database before this one is no version of this, and of two entries of one the newer counts", () => {
  const versions = [held(1, 1, "production", "another hash"), held(9, 1, "archived"), held(10, 1, "production")];
  expect(differencesOf([ours(1, "production")], {versions, production: "1"})).toEqual({...NOTHING, production: 1});
  expect(differencesOf([ours(1, "production")], {versions, production: "10"})).toEqual(NOTHING);
});
