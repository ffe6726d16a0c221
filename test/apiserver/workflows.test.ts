import {beforeAll, expect, test} from "vitest";
import type {KubeClient} from "../../operator/runtime/client.ts";
import {defined, refusalBy} from "./definition.ts";

/** What the API server says of a login by OpenID Connect, and of a repository with DAGs. */
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
const repository = (url: string) => ({
  workflows: {enabled: true, dags: {git: {repository: url, image: "registry.example.com/git-sync:v4"}}},
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
  // Nothing holds a key for it.
  ["a repository by ssh", repository("ssh://git@git.example.com/dags.git"), /git\.repository/],
  ["a repository with a login in its URL", repository("https://me:pass@git.example.com/dags.git"), /git\.secret/],
])("%s is refused with the field's name and the fix", async (_, spec, message) => {
  expect(await refusalBy(client, spec)).toMatch(message);
});

test.each([
  ["an issuer with port and path", login({issuer: "https://login.example.com:8443/realms/cars", roles: {a: "Admin"}})],
  ["an issuer in the cluster", login({issuer: "http://keycloak.auth.svc:8080/realms/cars"})],
  ["a repository with port and path", repository("https://git.example.com:8443/cars/dags.git")],
])("%s is accepted", async (_, spec) => {
  expect(await refusalBy(client, spec)).toBe("accepted");
});
