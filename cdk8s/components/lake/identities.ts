import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, credentials, fromSecret} from "../../context.ts";
import {accessKeyOf, guestsOf, type Login, lakeName, loginSecret} from "./client.ts";

/** The file of SeaweedFS' identities, and the Secret that has it. */
export const IDENTITIES = "identities.json";
export const identitiesName = (context: Pick<BuildContext, "name">): string => `${lakeName(context)}-identities`;

/**
 * What each login may do with objects. Tables belong to the account of who made their bucket: the writer's as well, while the reader has what the
 * bucket's policy gives it (workloads/schema/lake.ts).
 */
const ACTIONS: Record<Login, string[]> = {
  admin: ["Admin", "Read", "Write", "List", "Tagging"],
  writer: ["Read", "Write", "List", "Tagging"],
  reader: ["Read", "List"],
};
const ACCOUNTS: Record<Login, string> = {admin: "telemetry", writer: "telemetry", reader: "readers"};
const LOGINS = Object.keys(ACTIONS) as Login[];

/** The secret keys of all logins, by which the server is started anew when one of them is another. */
export const loginKeys = (context: BuildContext): k8s.EnvVar[] => [
  ...LOGINS.map((login) => fromSecret(login, loginSecret(context, login), "secretAccessKey")),
  ...guestsOf(context).map(({secret}) => fromSecret(secret, secret, "secretAccessKey")),
];

/** A Secret for each login, and one for the server with all of them. */
export function identities(chart: Chart, context: BuildContext): void {
  const keyOf = (login: Login) => context.passwords[loginSecret(context, login)] ?? "";
  for (const login of LOGINS) {
    const keys = {accessKeyId: accessKeyOf(login), secretAccessKey: keyOf(login)};
    credentials(chart, context, loginSecret(context, login), keys);
  }
  const file = {
    accounts: [...new Set(Object.values(ACCOUNTS))].map((id) => ({id, displayName: id})),
    identities: [
      ...LOGINS.map((login) => ({
        name: accessKeyOf(login),
        account: {id: ACCOUNTS[login]},
        credentials: [{accessKey: accessKeyOf(login), secretKey: keyOf(login)}],
        actions: ACTIONS[login],
      })),
      ...guestsOf(context).map(({accessKey, secret, bucket}) => ({
        name: accessKey,
        account: {id: ACCOUNTS.writer},
        credentials: [{accessKey, secretKey: context.passwords[secret] ?? ""}],
        actions: ACTIONS.writer.map((action) => `${action}:${bucket}`),
      })),
    ],
  };
  const name = identitiesName(context);
  new k8s.KubeSecret(chart, `Secret-${name}`, {
    metadata: {name},
    data: {[IDENTITIES]: Buffer.from(JSON.stringify(file)).toString("base64")},
  });
}
