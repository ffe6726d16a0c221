import {beforeAll, expect, test} from "vitest";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {defined, refusalBy} from "./definition.ts";

/** What the API server says of a login by OpenID Connect. */
let client: KubeClient;
beforeAll(async () => {
  client = await defined();
});

const login = (more: object) => ({
  workflows: {
    enabled: true,
    oidc: {issuer: "https://login.example.com", clientId: "airflow", secret: "oidc", defaultRole: "Viewer", ...more},
  },
});

test.each([
  ["an issuer by http", login({issuer: "http://login.example.com"}), /by http only a Service of the cluster/],
  [
    "a login that gives nobody a role",
    login({defaultRole: undefined}),
    /gives nobody a role: set roles or defaultRole/,
  ],
  ["a role that Airflow does not have", login({roles: {admins: "Root"}}), /oidc\.roles/],
  ["scopes without openid", login({scopes: "profile"}), /oidc\.scopes/],
])("%s is refused with the field's name and the fix", async (_, spec, message) => {
  expect(await refusalBy(client, spec)).toMatch(message);
});

test.each([
  ["an issuer with port and path", login({issuer: "https://login.example.com:8443/realms/cars", roles: {a: "Admin"}})],
  ["an issuer in the cluster", login({issuer: "http://keycloak.auth.svc:8080/realms/cars"})],
])("%s is accepted", async (_, spec) => {
  expect(await refusalBy(client, spec)).toBe("accepted");
});
