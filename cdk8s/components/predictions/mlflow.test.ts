import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {defaultImages} from "../../context.ts";

/** Of what tells MLflow of the models: variables, ports of the policy, and Secrets that are mounted. */
function planned(mlflow: object | undefined, keys: string[] = [], more: object = {}) {
  const predictions = {enabled: true, ...(mlflow ? {mlflow: mlflow as {url: string}} : {})};
  const spec = resolveSpec({predictions, networkPolicies: {enabled: true}, ...more});
  const context = {name: "cold", namespace: "fleets", images: defaultImages, passwords: {}, spec};
  const {objects} = plan({...context, logins: {login: {content: "1", keys}}}).find(
    ({component}) => component.name === "predictions",
  )!;
  const named = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)!;
  const job = named("CronJob", "cold-train-breach").spec.jobTemplate.spec.template.spec;
  const scorer = named("Deployment", "cold-scorer").spec.template.spec;
  const variables = ({env}: any) =>
    Object.fromEntries(
      env
        .filter(({name}: any) => name.startsWith("MLFLOW_"))
        .map(({name, value, valueFrom}: any) => [
          name,
          value ?? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`,
        ]),
    );
  const volumes = (pod: any): string[] => pod.volumes.flatMap(({secret}: any) => secret?.secretName ?? []);
  const policy = named("NetworkPolicy", "cold-predictions");
  return {
    scorer: variables(scorer.containers[0]),
    judge: variables(job.containers[0]),
    others: job.initContainers.map(variables),
    ports: policy.spec.egress.flatMap(({ports}: any) => ports.map(({port}: any) => port)),
    volumes: [volumes(scorer), volumes(job)],
  };
}

test("without an MLflow no program knows of one", () => {
  expect(planned(undefined)).toMatchObject({scorer: {}, judge: {}, others: [{}, {}]});
});

test("the judge and the scorer's pod, which has the command models, reach it at its port; the steps that learn do not know it", () => {
  const {scorer, judge, others, ports} = planned({url: "http://mlflow.ml:5000"});
  const wanted = {MLFLOW_TRACKING_URI: "http://mlflow.ml:5000", MLFLOW_EXPERIMENT_NAME: "fleets/cold"};
  expect({scorer, judge, others}).toEqual({scorer: wanted, judge: wanted, others: [{}, {}]});
  expect(ports).toEqual([...planned(undefined).ports, 5_000]);
});

test("a login by password, an experiment and an authority of one's own", () => {
  const external = {url: "https://mlflow", secret: "login", caSecret: "ca", experiment: "trucks"};
  const {judge, ports, volumes} = planned(external, ["password", "username"]);
  expect(judge).toEqual({
    MLFLOW_TRACKING_URI: "https://mlflow",
    MLFLOW_EXPERIMENT_NAME: "trucks",
    MLFLOW_TRACKING_USERNAME: "login/username",
    MLFLOW_TRACKING_PASSWORD: "login/password",
    MLFLOW_TRACKING_SERVER_CERT_PATH: "/etc/mlflow-ca/ca.crt",
  });
  expect(ports).toContain(443);
  expect(volumes).toEqual([["ca"], ["ca"]]);
});

test("a token where the Secret has one", () => {
  const {judge} = planned({url: "https://mlflow", secret: "login"}, ["token"]);
  expect(judge).toMatchObject({MLFLOW_TRACKING_TOKEN: "login/token"});
  expect(judge).not.toHaveProperty("MLFLOW_TRACKING_USERNAME");
});

test("a database and an MLflow of one authority are one volume", () => {
  const timescaledb = {provider: "External", external: {host: "db", secret: "db", caSecret: "ca"}};
  expect(planned({url: "https://mlflow", caSecret: "ca"}, [], {timescaledb}).volumes).toEqual([["ca"], ["ca"]]);
});
