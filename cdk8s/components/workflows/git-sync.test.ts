import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

const periodsOf = (interval: string) => {
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
    .map(({env}) => env.find(({name}: {name: string}) => name === "GITSYNC_PERIOD").value);
};

test("git-sync is told its interval in a unit that Go knows, which has no days", () => {
  expect(periodsOf("1d")).toEqual(["86400s", "86400s"]);
});
