import {expect, test} from "vitest";
import {resolveSpec} from "../api/pipeline.ts";
import {plan} from "../operator/reconcile/plan.ts";
import {defaultImages} from "./context.ts";

/** A program's container, the ports that it may reach, and the volumes of its pod. */
function planned(schemaRegistry: object | undefined, keys: string[] = [], name = "ingester-timescaledb") {
  const event = schemaRegistry ? {schemaRegistry: schemaRegistry as {url: string}} : {};
  const spec = resolveSpec({event, flink: {enabled: true}, networkPolicies: {enabled: true}});
  const context = {name: "fleet", namespace: "default", images: defaultImages, passwords: {}, spec};
  const logins = {login: {content: "1", keys}};
  const {objects} = plan({...context, logins}).find(({component}) => component.name === name)!;
  const of = (kind: string) => objects.find((object) => object.kind === kind)!;
  const pod = of("Deployment").spec.template.spec;
  return {
    env: Object.fromEntries(
      pod.containers[0].env
        .filter(({name}: {name: string}) => name.startsWith("SCHEMA_REGISTRY"))
        .map(({name, value, valueFrom}: any) => [
          name.slice("SCHEMA_REGISTRY_".length),
          value ?? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`,
        ]),
    ),
    ports: of("NetworkPolicy").spec.egress.flatMap(({ports}: any) => ports.map(({port}: any) => port)),
    secrets: (pod.volumes ?? []).flatMap(({secret}: any) => secret?.secretName ?? []),
  };
}

test("without a registry an ingester knows of none", () => {
  expect(planned(undefined).env).toEqual({});
});

test.each([
  ["http://schemas:8081", 8081],
  ["https://schemas/apis/ccompat/v7", 443],
  ["http://[2001:db8::1]", 80],
])("%s is reached, at its port alone", (url, port) => {
  const {env, ports, secrets} = planned({url});
  expect(env).toEqual({URL: url});
  expect(ports).toEqual([...planned(undefined).ports, port]);
  expect(secrets).not.toContain("login");
});

test("a login by password, and a certificate authority of its own", () => {
  const {env, secrets} = planned({url: "https://s", secret: "login", caSecret: "ca"}, ["password", "username"]);
  expect(env).toEqual({
    URL: "https://s",
    USERNAME: "login/username",
    PASSWORD: "login/password",
    CA_FILE: "/etc/schema-registry-ca/ca.crt",
  });
  expect(secrets).toContain("ca");
});

test("a token where the Secret has one", () => {
  expect(planned({url: "https://s", secret: "login"}, ["token"]).env).toEqual({URL: "https://s", TOKEN: "login/token"});
});

test("Flink reads such events by the canonical topic, whose writer asks the registry as well", () => {
  const {env, ports} = planned({url: "http://schemas:8081"}, [], "ingester-canonical");
  expect(env).toEqual({URL: "http://schemas:8081"});
  expect(ports).toContain(8081);
});
