import {z} from "zod";
import {HOST, PORT, URL_HOST} from "./addresses.ts";
import {type CelRule, cel} from "./fields.ts";

/** Released without a pattern; a name that no Secret can have was never of use. */
const secretName = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .meta({
      description,
      ...cel({
        rule: "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
        message: "not a valid name of a Secret: use lower-case letters, digits, - and .",
      }),
    });
export const secret = (keys: string) =>
  secretName(`Name of a Secret in the pipeline's namespace with the keys ${keys}.`);
export const caSecret = secretName(
  "Name of a Secret with the key ca.crt: the CA certificate that verifies the server. Default: the public authorities.",
);
export const tls = z
  .boolean()
  .meta({description: "Whether to connect by TLS with a verified certificate. Default false."});

const ADDRESS = "a host name, an IPv4 or an IPv6 address";
const ENDPOINT = `${URL_HOST}:${PORT}`;
/** One match of the whole: the API server reckons what a rule may cost, and each of a list would cost as much as the longest text. */
export const endpoint = z
  .string()
  .max(1_024)
  .regex(/^[A-Za-z0-9._:,[\]-]+$/)
  .meta({
    description: "Comma-separated list of host:port, an IPv6 address in brackets, for example [2001:db8::1]:9092.",
    ...cel({
      rule: `self.matches(r'^${ENDPOINT}(,${ENDPOINT})*$')`,
      message: `not a comma-separated list of host:port: each host is ${ADDRESS} in brackets ([2001:db8::1]:9092), each port is 1 to 65535`,
    }),
  });
export const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9._:[\]-]+$/)
  .meta({
    description: "Host name, IPv4 or IPv6 address.",
    ...cel({
      rule: `self.matches(r'^${HOST}$')`,
      message: `not ${ADDRESS} (2001:db8::1); set a port in the field port`,
    }),
  });
/** Of a server, without a login, a query and a fragment. */
export const SERVER_URL = `^https?://${URL_HOST}(:${PORT})?(/[A-Za-z0-9._~%/-]*)?$`;
/** A URL by http or https. @param message what another text is not, with the name of the field where it is not plain from it */
export const webUrl = (description: string, message: string, pattern = SERVER_URL) =>
  z
    .string()
    .max(1_024)
    .regex(/^https?:/)
    .meta({description, ...cel({rule: `self.matches(r'${pattern}')`, message})});
export const port = z.int().min(1).max(65_535);
export const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[A-Za-z0-9._-]+$/);

/** Rules of the whole spec: a provider that is named needs its `external`, and stays: data does not move by itself. */
export const providerRules = (component: string, standard: string): CelRule[] => {
  const provider = (self: string) =>
    `(has(${self}.${component}) && has(${self}.${component}.provider) ? ${self}.${component}.provider : '${standard}')`;
  return [
    {
      rule: `${provider("self")} != 'External' || has(self.${component}.external)`,
      message: `spec.${component}.external is required with provider External`,
    },
    {
      rule: `${provider("self")} == ${provider("oldSelf")}`,
      message: `spec.${component}.provider cannot change, since data would stay behind: create a new pipeline`,
    },
  ];
};
