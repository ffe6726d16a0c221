import {expect, test} from "vitest";
import {ready, type View, waiting} from "./component.ts";
import {warehouse} from "./warehouse.ts";

const READY = ready("all objects are ready");
/** @param status what the keeper says of itself; unset: it does not answer */
const observe = (readiness = READY, status?: object) =>
  warehouse.observe!(readiness, {
    name: "fleet",
    namespace: "cars",
    getJson: async () => status ?? Promise.reject(new Error("refused")),
  } as unknown as View);

test("predictions that are not loaded are named, and the warehouse is ready all the same", async () => {
  const predictions = "task telemetry_predictions-load-2026-11-30-1: Connection refused";
  expect(await observe(READY, {problem: null, predictions})).toEqual({
    ...READY,
    message: `all objects are ready; predictions are not loaded: ${predictions}`,
  });
  expect(await observe(READY, {problem: null, predictions: null})).toEqual(READY);
});

test("a table that is not filled is why the warehouse is not ready", async () => {
  const notReady = waiting("DeploymentNotReady", "0 of 1 replicas are ready");
  const problem = "table telemetry: its supervisor is suspended";
  expect(await observe(notReady, {problem, predictions: null})).toEqual(waiting("WarehouseNotFilled", problem));
  expect(await observe(notReady)).toEqual(notReady);
});
