import {expect, test} from "vitest";
import {planned, podsIn, specs} from "./planned-pods.ts";

test.each(specs)("the Secrets of a private registry are in every pod of %s", (_, spec) => {
  const objects = planned(spec, {pullSecrets: ["registry"]}).flatMap((component) => component.objects);
  const pods = objects.flatMap((object) => podsIn(object, `${object.kind} ${object.metadata.name}`));
  const without = pods.filter(([, pod]) => pod.spec.imagePullSecrets?.[0]?.name !== "registry").map(([path]) => path);
  expect(pods).not.toEqual([]);
  expect(without).toEqual([]);
});
