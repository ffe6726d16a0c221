import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

const containersOf = (interval: string): any[] => {
  const git = {repository: "https://git.example.com/dags.git", ref: "main", image: "git-sync:v4", interval};
  const spec = resolveSpec({workflows: {enabled: true, dags: {git}}});
  const objects: any[] = plan({
    name: "fleet",
    namespace: "default",
    images: defaultImages,
    passwords: {},
    spec,
  }).flatMap((planned) => planned.objects);
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
