import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

const settingsOf = (interval: string) => {
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
    .filter(({name}) => name === "git-sync")
    .map(({env}) =>
      ["PERIOD", "MAX_FAILURES"].map((key) => env.find(({name}: any) => name === `GITSYNC_${key}`).value),
    );
};

test("git-sync is told its interval in a unit that Go knows, which has no days, and to put up with five minutes without the repository", () => {
  expect(settingsOf("1m")).toEqual([
    ["60s", "5"],
    ["60s", "5"],
  ]);
  expect(settingsOf("1d")[0]).toEqual(["86400s", "1"]);
});
