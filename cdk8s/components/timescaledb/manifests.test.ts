import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

const argumentsOf = (timescaledb: object) => {
  const context = {name: "fleet", namespace: "default", images: defaultImages, passwords: {}};
  const planned = plan({...context, spec: resolveSpec({timescaledb})});
  const {objects} = planned.find(({component}) => component.name === "timescaledb")!;
  return objects.find(({kind}) => kind === "StatefulSet")!.spec.template.spec.containers[0].args;
};

test("the server has locks for four queries over all chunks that the spec allows, and PostgreSQL's own number where that is enough", () => {
  expect(argumentsOf({})).toBeUndefined();
  expect(argumentsOf({retention: "533d"})).toBeUndefined();
  expect(argumentsOf({retention: "534d"})).toEqual(["-c", "max_locks_per_transaction=128"]);
  expect(argumentsOf({retention: "4000h", chunkInterval: "1h"})).toEqual(["-c", "max_locks_per_transaction=512"]);
});
