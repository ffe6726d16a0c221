import {expect, test} from "vitest";
import {planned} from "../../../test/unit/planned-pods.ts";

const containersOf = (interval: string): any[] => {
  const git = {repository: "https://git.example.com/dags.git", ref: "main", image: "git-sync:v4", interval};
  const objects: any[] = planned({workflows: {enabled: true, dags: {git}}}).flatMap((component) => component.objects);
  return objects
    .flatMap((object) => object.spec?.template?.spec.containers ?? [])
    .filter(({name}) => name === "git-sync");
};
const settingOf = (container: any, name: string): string =>
  container.env.find((variable: any) => variable.name === `GITSYNC_${name}`).value;
const settingsOf = (interval: string) =>
  containersOf(interval).map((container) =>
    ["PERIOD", "MAX_FAILURES", "INIT_MAX_FAILURES"].map((name) => settingOf(container, name)),
  );

test("git-sync is told its interval in a unit that Go knows, which has no days, and to put up with two minutes without the repository", () => {
  expect(settingsOf("1m")).toEqual([
    ["60s", "2", "1"],
    ["60s", "2", "1"],
  ]);
  expect(settingsOf("1d")[0]).toEqual(["86400s", "1", "1"]);
});

test("git works in a folder that git-sync makes itself: it refuses one of another user, which a volume is", () => {
  const [container] = containersOf("1m");
  const [{mountPath}] = container.volumeMounts;
  expect(settingOf(container, "ROOT")).toMatch(new RegExp(`^${mountPath}/.`));
  expect(settingOf(container, "LINK")).toBe(`${mountPath}/current`);
});
