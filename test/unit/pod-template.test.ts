import {expect, test} from "vitest";
import {installation} from "../../operator/install.ts";
import {planned, podsIn, specs} from "./planned-pods.ts";

const plans = specs.map(([name, spec]): [string, any[]] => [name, planned(spec).flatMap(({objects}) => objects)]);

test.each([...plans, ["the operator itself", installation()] as [string, any[]]])(
  "every pod of %s comes from the one template",
  (_, objects) => {
    const pods = objects.flatMap((object) => podsIn(object, `${object.kind} ${object.metadata.name}`));
    const byHand = pods.filter(
      ([, {spec}]) => spec.enableServiceLinks !== false || !spec.securityContext?.runAsNonRoot,
    );
    expect(pods).not.toEqual([]);
    expect(byHand.map(([path]) => path)).toEqual([]);
  },
);
