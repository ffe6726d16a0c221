import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {cassandra} from "./cassandra.ts";

const cluster = (storage: string, size = 1, storageClassName?: string) => ({
  apiVersion: "k8ssandra.io/v1alpha1",
  kind: "K8ssandraCluster",
  metadata: {name: "fleet"},
  spec: {
    cassandra: {
      storageConfig: {cassandraDataVolumeClaimSpec: {resources: {requests: {storage}}, storageClassName}},
      datacenters: [{metadata: {name: "dc1"}, size}],
    },
  },
});
const validate =
  (planned: object, live: object, given: object = {}) =>
  () =>
    cassandra.validate!([{planned, live} as any], resolveSpec({cassandra: given}));

test("volumes grow only if their class is named, and the message says how it becomes so", () => {
  expect(validate(cluster("20Gi"), cluster("10Gi"))).toThrow(/^spec\.cassandra\.storage: .* names no StorageClass/);
  expect(validate(cluster("20Gi", 1, "fast"), cluster("10Gi", 1, "fast"))).not.toThrow();
  expect(validate(cluster("10Gi"), cluster("10Gi"))).not.toThrow();
});

test("the class of live volumes stays", () => {
  const live = cluster("10Gi", 1, "fast");
  expect(validate(live, live, {storageClass: "slow"})).toThrow("set it to fast");
  expect(validate(live, live, {storageClass: "fast"})).not.toThrow();
});

test("fewer nodes are refused", () => {
  expect(validate(cluster("10Gi", 1), cluster("10Gi", 3))).toThrow(/^spec\.cassandra\.size: 1 is less than the live 3/);
});
