import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {timescaledb} from "./timescaledb.ts";

const validate = (given: object) => () => timescaledb.validate!([], resolveSpec({timescaledb: given}));

test("more chunks than have been tested are refused, the defaults of a profile counted in", () => {
  expect(validate({})).not.toThrow();
  expect(validate({retention: "4000h", chunkInterval: "1h"})).not.toThrow();
  expect(validate({retention: "4001h", chunkInterval: "1h"})).toThrow(
    /^spec\.timescaledb\.retention: 4001h is 4001 times spec\.timescaledb\.chunkInterval \(1h\).*raise chunkInterval or shorten retention$/,
  );
  expect(validate({chunkInterval: "5m"})).toThrow("30d is 8640 times");
  expect(validate({retention: "36500d"})).toThrow("36500d is 36500 times");
});

test("the class of live volumes stays", () => {
  const set = (storageClassName?: string): any => ({
    kind: "StatefulSet",
    spec: {volumeClaimTemplates: [{spec: {storageClassName, resources: {requests: {storage: "10Gi"}}}}]},
  });
  const change = (wanted?: string, is?: string) => () =>
    timescaledb.validate!([{planned: set(wanted), live: set(is)}], resolveSpec({timescaledb: {storageClass: wanted}}));
  expect(change("fast", "slow")).toThrow(/^spec\.timescaledb\.storageClass: fast is not .*set it to slow$/);
  expect(change("fast")).toThrow(/leave it out$/);
  expect(change(undefined, "slow")).toThrow(/none is not .*set it to slow$/);
  expect(change("fast", "fast")).not.toThrow();
});
