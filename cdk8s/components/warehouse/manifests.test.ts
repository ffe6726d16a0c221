import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

const external = {provider: "External", external: {url: "https://druid.example.com:8888"}};
function keeperOf(spec: object) {
  const context = {name: "fleet", namespace: "cars", images: defaultImages, passwords: {}};
  const {objects} = plan({
    ...context,
    spec: resolveSpec({lake: {enabled: true}, networkPolicies: {enabled: true}, ...spec}),
  }).find(({component}) => component.name === "warehouse")!;
  const one = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)!;
  const env: any[] = one("Deployment", "fleet-warehouse-keeper").spec.template.spec.containers[0].env;
  const ingress: any[] = one("NetworkPolicy", "fleet-warehouse").spec.ingress;
  return {
    env: Object.fromEntries(env.map(({name, value, valueFrom}) => [name, value ?? valueFrom.secretKeyRef.name])),
    open: ingress.some(({ports, from}) => !from && ports[0].port === "http"),
  };
}

test("the keeper reads predictions by a login that cannot write, and gives them to Druid's processes alone", () => {
  const {env, open} = keeperOf({warehouse: {enabled: true}, predictions: {enabled: true}});
  expect(env).toMatchObject({
    PGUSER: "fleet-timescaledb-reader",
    PREDICTIONS_URL: "http://fleet-warehouse-keeper.cars.svc.cluster.local:8080",
    PREDICTIONS_RETENTION_SECONDS: String(30 * 86_400),
  });
  expect(open).toBe(false);
});

test("a Druid that is there already fetches them from wherever it is", () => {
  expect(keeperOf({warehouse: {enabled: true, ...external}, predictions: {enabled: true}}).open).toBe(true);
  expect(keeperOf({warehouse: {enabled: true, ...external}}).open).toBe(false);
});

test("without predictions the keeper has no login of the database", () => {
  expect(Object.keys(keeperOf({warehouse: {enabled: true}}).env).filter((name) => name.startsWith("PG"))).toEqual([]);
});
